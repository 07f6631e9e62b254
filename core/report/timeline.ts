import type { Attempt, TimedStep } from '../execution/view';

/** A build as a timeline needs it. Times in milliseconds since the epoch. */
export interface BuildTimes {
  /** `<project>:<uuid>`. */
  readonly id: string;
  readonly project: string;
  readonly status: string;
  readonly startedAt: number;
  readonly phases: readonly {
    readonly type: string;
    readonly status?: string | undefined;
    readonly startedAt: number;
    readonly endedAt?: number | undefined;
  }[];
}

/** What a stretch of time was spent with: work, work that failed, waiting for the next attempt, a phase of a build. */
export type SpanKind = 'work' | 'failed' | 'wait' | 'phase';

/** A stretch of time of one row, in milliseconds since the beginning of the execution. */
export interface Span {
  readonly kind: SpanKind;
  readonly from: number;
  readonly to: number;
  /** Whether it goes on. */
  readonly open: boolean;
  /** The error that an attempt ended with or is waited for, or the name of the phase. */
  readonly label?: string;
}

/** One line of a timeline: a step, or the build that a step waits for. */
export interface TimelineRow {
  readonly label: string;
  readonly kind: 'step' | 'group' | 'build';
  /** How deep it stands: in a Parallel or Map, below a step. */
  readonly depth: number;
  /** Of a step, or of a build as CodeBuild has it. */
  readonly status: string;
  readonly attempts: number;
  readonly spans: readonly Span[];
  /** From the beginning of the execution to the row's first moment, in milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly worked: number;
  readonly waited: number;
  /** The last error, where it did not go well. */
  readonly error?: string;
}

/** A timeline: rows in the order of the workflow. */
export interface Timeline {
  readonly rows: readonly TimelineRow[];
  /** Of the whole, in milliseconds. */
  readonly length: number;
}

/** States that take no time and do no work. */
const silent = new Set(['Choice', 'Pass', 'Succeed']);

/**
 * When everything was done, as the history has it.
 *
 * @param builds those that were started; a build's phases are drawn from the beginning of the attempt that started it,
 *   because its clock and that of Step Functions need not agree (in the local region waits take no time)
 * @param now milliseconds since the epoch, for what is not over
 */
export function timelineOf(
  { steps, startedAt, endedAt }: { steps: readonly TimedStep[]; startedAt?: string; endedAt?: string },
  builds: readonly BuildTimes[],
  now: number,
): Timeline {
  const zero = startedAt === undefined ? now : Date.parse(startedAt);
  const end = endedAt === undefined ? now : Date.parse(endedAt);
  const depths = new Map<string, number>();
  const rows = steps.flatMap((step) => {
    const depth = step.parent === undefined ? 0 : (depths.get(step.parent) ?? 0) + 1;
    depths.set(step.name, depth);
    if (silent.has(step.type)) return [];
    return [
      stepRow(step, depth, zero, end),
      ...step.tried.flatMap((attempt) => buildRow(attempt, builds, depth + 1, zero, end)),
    ];
  });
  return { rows, length: Math.max(0, end - zero) };
}

function stepRow(step: TimedStep, depth: number, zero: number, end: number): TimelineRow {
  const isGroup = step.type === 'Parallel' || step.type === 'Map';
  const spans = isGroup ? [] : spansOf(step, zero, end);
  const sum = (...kinds: SpanKind[]): number =>
    spans.filter(({ kind }) => kinds.includes(kind)).reduce((total, { from, to }) => total + to - from, 0);
  return {
    label:
      step.branch !== undefined && /^\d+$/.test(step.branch) ? `${step.name} [${step.branch}]` : step.name,
    kind: isGroup ? 'group' : 'step',
    depth,
    status: step.status,
    attempts: step.attempts,
    spans,
    from: Date.parse(step.startedAt) - zero,
    to: (step.endedAt === undefined ? end : Date.parse(step.endedAt)) - zero,
    worked: sum('work', 'failed'),
    waited: sum('wait'),
    ...(step.error !== undefined && { error: step.error }),
  };
}

/** Attempts, and between them the waits: a task that polls is a task that is tried again. */
function spansOf(step: TimedStep, zero: number, end: number): Span[] {
  const ended = step.endedAt === undefined ? end : Date.parse(step.endedAt);
  const isOpen = step.endedAt === undefined;
  if (step.type === 'Wait')
    return [{ kind: 'wait', from: Date.parse(step.startedAt) - zero, to: ended - zero, open: isOpen }];
  return step.tried.flatMap((attempt, index) => {
    const { startedAt, endedAt, error } = attempt;
    const next = step.tried[index + 1]?.startedAt ?? (step.status === 'RUNNING' ? end : undefined);
    const worked: Span = {
      kind: error === undefined ? 'work' : 'failed',
      from: startedAt - zero,
      to: (endedAt ?? ended) - zero,
      open: endedAt === undefined && isOpen,
      ...(error !== undefined && { label: error }),
    };
    if (error === undefined || endedAt === undefined || next === undefined) return [worked];
    return [
      worked,
      {
        kind: 'wait',
        from: endedAt - zero,
        to: next - zero,
        open: index === step.tried.length - 1,
        label: error,
      },
    ];
  });
}

function buildRow(
  attempt: Attempt,
  builds: readonly BuildTimes[],
  depth: number,
  zero: number,
  end: number,
): TimelineRow[] {
  const id = submittedBuild(attempt);
  const build = id === undefined ? undefined : builds.find((candidate) => candidate.id === id);
  if (build === undefined) return [];
  const limit = attempt.endedAt ?? end;
  const placed = (at: number): number => Math.min(attempt.startedAt + at - build.startedAt, limit) - zero;
  const spans = build.phases
    .filter(({ type }) => type !== 'COMPLETED')
    .map(({ type, status, startedAt, endedAt }): Span => ({
      kind: status === undefined || status === 'SUCCEEDED' ? 'phase' : 'failed',
      from: placed(startedAt),
      to: endedAt === undefined ? limit - zero : placed(endedAt),
      open: endedAt === undefined,
      label: type,
    }));
  const from = attempt.startedAt - zero;
  const to = Math.max(from, ...spans.map((span) => span.to));
  return [
    {
      label: `build ${build.project}`,
      kind: 'build',
      depth,
      status: build.status,
      attempts: 1,
      spans,
      from,
      to,
      worked: to - from,
      waited: 0,
    },
  ];
}

/**
 * The build that an attempt started: what Step Functions notes of `codebuild:startBuild.sync` when CodeBuild has accepted
 * it is CodeBuild's answer, with the names in Pascal case.
 *
 * @returns `<project>:<uuid>`; `undefined` for any other task
 */
export function submittedBuild({ submission }: Pick<Attempt, 'submission'>): string | undefined {
  if (submission === undefined) return undefined;
  try {
    const { Build: build } = JSON.parse(submission) as { Build?: { Id?: unknown } | null };
    return typeof build?.Id === 'string' ? build.Id : undefined;
  } catch {
    return undefined;
  }
}
