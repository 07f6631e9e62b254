import type { ExecutionEvent, ExecutionStatus, ExecutionView, Step, StepStatus } from './events';

export type { ExecutionEvent, ExecutionStatus, ExecutionView, Step, StepStatus } from './events';

/** A step while the history is being read. */
interface OpenStep {
  readonly name: string;
  readonly type: string;
  readonly container: Container;
  readonly startedAt: number;
  status: StepStatus;
  attempts: number;
  endedAt?: number;
  error?: string;
  cause?: string;
  /** The parameters of the last attempt. */
  parameters?: string;
}

/** Where a step stands: the top level (no owner), a Parallel's branch, or a Map's iteration. */
interface Container {
  readonly owner?: OpenStep;
  readonly branch?: string;
  readonly key: string;
}

/** What an event belongs to; later events find it through their `previousEventId`. */
interface Place {
  readonly container: Container;
  readonly step?: OpenStep;
  /** Set on the event after which the branches of a Parallel begin. */
  readonly opens?: OpenStep;
}

const topLevel: Container = { key: '' };

const begun = /^(Task|LambdaFunction|Activity)Scheduled$|^(Parallel|Map)StateStarted$/;
const failed =
  /^(Task|LambdaFunction|Activity)(Failed|TimedOut|ScheduleFailed|StartFailed|SubmitFailed)$|^EvaluationFailed$/;
const ends: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

/**
 * Derives the steps of an execution from its history and from nothing else. A state is one step however often it is
 * retried, redriven or entered again, so the list stays as short as the workflow.
 *
 * @param events the history so far, in any order
 * @returns the execution's status and its steps; an empty history is an execution that has just begun
 */
export function viewExecution(events: readonly ExecutionEvent[]): ExecutionView {
  const reader = new HistoryReader();
  for (const event of [...events].sort((a, b) => a.id - b.id)) reader.read(event);
  return reader.view();
}

class HistoryReader {
  private readonly steps = new Map<string, OpenStep>();
  private readonly events = new Map<number, ExecutionEvent>();
  private readonly places = new Map<number, Place>();
  private status: ExecutionStatus = 'RUNNING';
  private redrives = 0;
  private startedAt: number | undefined;
  private endedAt: number | undefined;
  private failure: Pick<ExecutionEvent, 'error' | 'cause'> = {};

  read(event: ExecutionEvent): void {
    this.startedAt ??= event.timestamp;
    this.events.set(event.id, event);
    this.places.set(event.id, this.apply(event));
  }

  private apply(event: ExecutionEvent): Place {
    const before = this.places.get(event.previousEventId) ?? { container: topLevel };
    if (event.type === 'ExecutionStarted') return before;
    if (event.type === 'ExecutionRedriven') return this.redrive();
    const end = ends[event.type];
    if (end !== undefined) return this.end(event, end);
    if (event.type.endsWith('StateEntered')) return this.enter(event, before);
    if (event.type.endsWith('StateExited')) return this.exit(event, before);
    if (event.type.startsWith('MapIteration')) return this.iteration(event, before);
    return this.progress(event, before);
  }

  /** A state begins, or begins anew: after a retry of the Parallel around it, a redrive, or a loop. */
  private enter(event: ExecutionEvent, before: Place): Place {
    const name = event.name ?? '';
    const type = event.type.replace('StateEntered', '');
    const known = before.opens === undefined ? undefined : this.inside(before.opens, name);
    const container = known?.container ?? containerAfter(before, name);
    const key = `${container.key}/${name}`;
    const step = this.steps.get(key) ?? {
      name,
      type,
      container,
      startedAt: event.timestamp,
      status: 'RUNNING',
      attempts: 0,
    };
    this.steps.set(key, step);
    this.resume(step);
    // The attempts of these are counted where the work itself is begun.
    if (!['Task', 'Parallel', 'Map'].includes(type)) step.attempts += 1;
    if (type === 'Fail') {
      step.status = 'FAILED';
      step.endedAt = event.timestamp;
    }
    return { container, step };
  }

  private exit(event: ExecutionEvent, before: Place): Place {
    const step = this.named(event.name ?? '', before);
    if (step === undefined) return before;
    step.endedAt = event.timestamp;
    const caught = step.error !== undefined;
    step.status = caught ? 'CAUGHT' : 'SUCCEEDED';
    this.settleInside(step, 'ABORTED', event.timestamp);
    return { container: step.container };
  }

  /** An iteration of a Map begins, ends or fails; what follows a beginning stands inside it. */
  private iteration(event: ExecutionEvent, before: Place): Place {
    const map = this.named(event.name ?? '', before);
    if (map === undefined) return before;
    const branch = String(event.index ?? 0);
    const container = { owner: map, branch, key: `${keyOf(map)}[${branch}]` };
    if (event.type === 'MapIterationStarted') return { container };
    if (event.type === 'MapIterationFailed' && before.step !== undefined) this.fail(before.step, event);
    return { container: map.container, step: map };
  }

  /** An event within a state: an attempt begins, fails, succeeds. */
  private progress(event: ExecutionEvent, before: Place): Place {
    const isParent = /^(Parallel|Map)State/.test(event.type);
    const step = isParent ? this.parentOf(before) : (before.step ?? this.pendingTask(event));
    if (step === undefined) return before;
    if (begun.test(event.type)) {
      this.resume(step);
      step.attempts += 1;
      if (event.parameters !== undefined) step.parameters = event.parameters;
    } else if (failed.test(event.type)) {
      step.status = 'RUNNING';
      setFailure(step, event);
    } else if (/^(Parallel|Map)StateFailed$/.test(event.type)) {
      const inner = before.step;
      if (inner !== undefined && inner !== step) this.fail(inner, event);
      setFailure(step, { ...(inner ?? {}), ...event });
    } else if (event.type.endsWith('Succeeded')) {
      clearFailure(step);
    }
    return {
      container: step.container,
      step,
      ...(event.type === 'ParallelStateStarted' ? { opens: step } : {}),
    };
  }

  /** What had not succeeded is due again. */
  private redrive(): Place {
    this.redrives += 1;
    this.status = 'RUNNING';
    this.endedAt = undefined;
    this.failure = {};
    for (const step of this.steps.values()) {
      if (step.status === 'SUCCEEDED' || step.status === 'CAUGHT') continue;
      step.status = 'PENDING';
      delete step.endedAt;
    }
    return { container: topLevel };
  }

  private end(event: ExecutionEvent, status: ExecutionStatus): Place {
    this.status = status;
    this.endedAt = event.timestamp;
    this.failure = event;
    if (status === 'FAILED') this.blame(event);
    this.settle([...this.steps.values()], status === 'TIMED_OUT' ? 'TIMED_OUT' : 'ABORTED', event.timestamp);
    return { container: topLevel };
  }

  /** Follows the chain back from the execution's failure: the state that failed, and those around it, are at fault. */
  private blame(event: ExecutionEvent): void {
    const seen = new Set<number>();
    let id = event.previousEventId;
    let step: OpenStep | undefined;
    while (!seen.has(id)) {
      seen.add(id);
      const place = this.places.get(id);
      const previous = this.events.get(id);
      step = place?.step;
      if (step === undefined || previous === undefined) break;
      this.fail(step, event);
      if (!/^(Parallel|Map)StateFailed$/.test(previous.type)) break;
      id = previous.previousEventId;
    }
    for (let owner = step?.container.owner; owner !== undefined; owner = owner.container.owner)
      this.fail(owner, event);
  }

  private fail(step: OpenStep, event: ExecutionEvent): void {
    step.status = 'FAILED';
    step.endedAt ??= event.timestamp;
    if (step.error === undefined) setFailure(step, event);
  }

  private settle(steps: readonly OpenStep[], status: StepStatus, at: number): void {
    for (const step of steps) {
      if (step.status !== 'RUNNING' && step.status !== 'PENDING') continue;
      step.status = status;
      step.endedAt ??= at;
    }
  }

  private settleInside(owner: OpenStep, status: StepStatus, at: number): void {
    this.settle(
      [...this.steps.values()].filter((step) => isInside(step, owner)),
      status,
      at,
    );
  }

  /** Marks a step as under way, and with it the states around it. */
  private resume(step: OpenStep): void {
    for (let at: OpenStep | undefined = step; at !== undefined; at = at.container.owner) {
      if (at !== step && at.status === 'RUNNING') break;
      at.status = 'RUNNING';
      delete at.endedAt;
      if (at !== step) clearFailure(at);
    }
    clearFailure(step);
  }

  /** The state of a name that the event's chain can mean: names are unique in a workflow, but not across iterations. */
  private named(name: string, before: Place): OpenStep | undefined {
    if (before.step?.name === name) return before.step;
    for (let at: Container | undefined = before.container; at !== undefined; at = at.owner?.container) {
      const step = this.steps.get(`${at.key}/${name}`);
      if (step !== undefined) return step;
    }
    return [...this.steps.values()].filter((step) => step.name === name).at(-1);
  }

  /** The Parallel or Map that an event about itself follows: the state just entered, or the one around the chain. */
  private parentOf(before: Place): OpenStep | undefined {
    const step = before.step;
    if (step !== undefined && ['Parallel', 'Map'].includes(step.type)) return step;
    const owner = before.container.owner;
    if (owner !== undefined) return owner;
    return [...this.steps.values()]
      .filter((it) => ['Parallel', 'Map'].includes(it.type) && it.endedAt === undefined)
      .at(-1);
  }

  /** After a redrive an attempt may follow `ExecutionRedriven` itself: it belongs to what is due and was asked the same. */
  private pendingTask(event: ExecutionEvent): OpenStep | undefined {
    if (!begun.test(event.type)) return undefined;
    const due = [...this.steps.values()].filter((step) => step.status === 'PENDING' && step.type === 'Task');
    return due.find((step) => step.parameters === event.parameters) ?? due[0];
  }

  private inside(owner: OpenStep, name: string): OpenStep | undefined {
    return [...this.steps.values()].find((step) => step.name === name && step.container.owner === owner);
  }

  view(): ExecutionView {
    return {
      status: this.status,
      steps: grouped([...this.steps.values()]).map(toStep),
      redrives: this.redrives,
      ...(this.startedAt === undefined ? {} : { startedAt: iso(this.startedAt) }),
      ...(this.endedAt === undefined ? {} : { endedAt: iso(this.endedAt) }),
      ...(this.status === 'RUNNING' ? {} : pickFailure(this.failure)),
    };
  }
}

/** Where a state that follows `before` stands. The first state after a Parallel began names its branch. */
function containerAfter(before: Place, name: string): Container {
  if (before.opens === undefined) return before.container;
  return { owner: before.opens, branch: name, key: `${keyOf(before.opens)}[${name}]` };
}

function keyOf(step: OpenStep): string {
  return `${step.container.key}/${step.name}`;
}

function isInside(step: OpenStep, owner: OpenStep): boolean {
  for (let at = step.container.owner; at !== undefined; at = at.container.owner)
    if (at === owner) return true;
  return false;
}

/** Depth first: each Parallel or Map is followed by its branches, in the order in which they began. */
function grouped(steps: readonly OpenStep[], owner?: OpenStep): OpenStep[] {
  const mine = steps.filter((step) => step.container.owner === owner);
  const branches = [...new Set(mine.map((step) => step.container.key))];
  return branches.flatMap((key) =>
    mine
      .filter((step) => step.container.key === key)
      .flatMap((step) => [step, ...(isParent(step) ? grouped(steps, step) : [])]),
  );
}

function isParent(step: OpenStep): boolean {
  return step.type === 'Parallel' || step.type === 'Map';
}

function toStep(step: OpenStep): Step {
  const { owner, branch } = step.container;
  return {
    name: step.name,
    type: step.type,
    status: step.status,
    attempts: step.attempts,
    startedAt: iso(step.startedAt),
    ...(step.endedAt === undefined ? {} : { endedAt: iso(step.endedAt) }),
    ...pickFailure(step),
    ...(owner === undefined ? {} : { parent: owner.name }),
    ...(branch === undefined ? {} : { branch }),
  };
}

function pickFailure(from: { error?: string; cause?: string }): { error?: string; cause?: string } {
  return {
    ...(from.error === undefined ? {} : { error: from.error }),
    ...(from.cause === undefined ? {} : { cause: from.cause }),
  };
}

function setFailure(step: OpenStep, from: { readonly error?: string; readonly cause?: string }): void {
  step.error = from.error ?? 'States.TaskFailed';
  if (from.cause === undefined) delete step.cause;
  else step.cause = from.cause;
}

function clearFailure(step: OpenStep): void {
  delete step.error;
  delete step.cause;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
