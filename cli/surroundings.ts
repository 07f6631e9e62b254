import type { AwsClients } from '../adapters/aws/clients';
import type { ExecutionView, ExecutedStep } from '../core/execution/view';
import type { UsualTime } from '../core/execution/usual-time';
import { defined } from '../core/defined';
import type { Target } from './target';

/** A build that is under way, with the last line of its log. */
export interface WatchedBuild {
  project: string;
  /** `INSTALL`, `BUILD`, … */
  phase: string;
  startedAt: Date;
  /** CloudWatch log group and stream. */
  log: { group: string; stream: string };
  lastLine?: string;
}

/** What is known around an execution that is watched. */
export interface Surroundings {
  /** Names of the steps that do work; absent where they cannot be read. */
  readonly known?: readonly string[];
  readonly builds: readonly WatchedBuild[];
  /** What is usual for a step that is under way. */
  usual(step: Pick<ExecutedStep, 'name'>, elapsedMs: number): UsualTime | undefined;
}

/** What stays as it is while an execution is watched. */
type Fixed = Pick<Surroundings, 'known' | 'usual'>;

/** Of what has been read a call more would not say anything new before. */
const betweenLooksMs = { aws: 10_000, local: 1000 };

/** So many earlier runs tell what is usual; each is some pages of a history. */
const earlierRuns = 5;

/** A build has been submitted by then, and a function's call is over as a rule, in milliseconds. */
const submittedWithin = 5000;

/**
 * Looks around an execution: at the definition it runs and earlier runs of its workflow once, at builds from time to time.
 * All of it is for the eye: what may not be read, or fails for a moment, is left out.
 */
export class Onlooker {
  private fixed: Promise<Fixed> | undefined;
  private builds: readonly WatchedBuild[] = [];
  private ids: { under: string; found: readonly string[] } = { under: '', found: [] };
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly target: Target,
    private readonly executionArn: string,
    private readonly now: () => number,
  ) {}

  /** @param view the execution as it stands */
  async look(view: ExecutionView): Promise<Surroundings> {
    this.fixed ??= this.readOnce();
    const fixed = await this.fixed;
    if (this.now() - this.lookedAt >= betweenLooksMs[this.target.local ? 'local' : 'aws']) {
      this.lookedAt = this.now();
      this.builds = await this.readBuilds(view).catch(() => this.builds);
    }
    return { ...fixed, builds: this.builds };
  }

  /** Which builds an execution has begun is in its history alone; that is read when other steps are under way than before. */
  private async readBuilds({ steps }: ExecutionView): Promise<readonly WatchedBuild[]> {
    const under = steps
      .filter(
        ({ type, status, startedAt }) =>
          type === 'Task' &&
          status === 'RUNNING' &&
          (this.target.local || this.now() - Date.parse(startedAt) > submittedWithin),
      )
      .map(({ name, attempts }) => `${name}/${attempts}`)
      .join();
    if (under === '') return [];
    if (under !== this.ids.under || this.target.local)
      this.ids = { under, found: await buildsUnderWay(this.target.clients, this.executionArn) };
    return watchedBuilds(this.target.clients, this.ids.found);
  }

  private async readOnce(): Promise<Fixed> {
    const { timesOf, usualTime } = await import('../core/execution/usual-time');
    const { ownTaskStates } = await import('../core/execution/task-states');
    const { lastSucceeded, readDefinition } = await import('../adapters/aws/earlier-runs');
    const { readExecutionEvents } = await import('../adapters/aws/executions');
    const { viewExecution } = await import('../core/execution/view');
    const { clients, local } = this.target;
    const known = await readDefinition(clients, this.executionArn).then(ownTaskStates, () => undefined);
    // What takes minutes on AWS takes seconds in the local region, where waits pass at once.
    if (local) return { ...defined({ known }), usual: () => undefined };
    const arns = await lastSucceeded(clients, machineOf(this.executionArn), earlierRuns).catch(() => []);
    const views = await Promise.all(
      arns
        .filter((arn) => arn !== this.executionArn)
        .map((arn) => readExecutionEvents(clients, arn).then(viewExecution, () => undefined)),
    );
    const times = timesOf(views.filter((view) => view !== undefined));
    return { ...defined({ known }), usual: (step, elapsedMs) => usualTime(step, elapsedMs, times) };
  }
}

/** Ids of the builds that an execution waits for. */
export async function buildsUnderWay(clients: AwsClients, executionArn: string): Promise<string[]> {
  const { readExecutionEvents } = await import('../adapters/aws/executions');
  const { viewTimedExecution } = await import('../core/execution/view');
  const { submittedBuild } = await import('../core/report/timeline');
  const { steps } = viewTimedExecution(await readExecutionEvents(clients, executionArn, { withData: true }));
  return steps.flatMap(({ status, tried }) => {
    const attempt = tried.at(-1);
    return (status === 'RUNNING' && attempt && submittedBuild(attempt)) || [];
  });
}

/** Builds that are under way, each with the last line of its log where that may be read. */
export async function watchedBuilds(clients: AwsClients, ids: readonly string[]): Promise<WatchedBuild[]> {
  if (ids.length === 0) return [];
  const { readBuilds } = await import('../adapters/aws/codebuild');
  const { lastLogLine } = await import('../adapters/aws/build-log');
  const builds = (await readBuilds(clients, ids)).filter(({ status }) => status === 'IN_PROGRESS');
  return Promise.all(
    builds.map(async ({ project, startedAt, log, phases }) => ({
      project,
      phase: phases.at(-1)?.type ?? 'SUBMITTED',
      startedAt,
      log,
      ...defined({ lastLine: await lastLogLine(clients, log).catch(() => undefined) }),
    })),
  );
}

/** `arn:…:execution:MACHINE:NAME` → `arn:…:stateMachine:MACHINE`. */
function machineOf(executionArn: string): string {
  return executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');
}
