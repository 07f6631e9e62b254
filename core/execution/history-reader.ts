import type { ExecutionEvent, ExecutionStatus, ExecutionView, TimedStep } from './execution-event';
import {
  beginAttempt,
  clearFailure,
  containerInside,
  endAttempt,
  isInside,
  isParent,
  keyOf,
  listSteps,
  listTimedSteps,
  ownersOf,
  resume,
  setFailure,
  settle,
  topLevel,
  type Container,
  type OpenStep,
} from './open-step';
import { defined } from '../defined';

/** What an event belongs to; later events find it through their `previousEventId`. */
interface Place {
  readonly container: Container;
  readonly step?: OpenStep;
  /** Set on the event after which the branches of a Parallel begin. */
  readonly opens?: OpenStep;
  /** Set on a redrive, after which the chain of events starts again wherever something was due. */
  readonly redrive?: true;
}

const begun = /^(?:Task|LambdaFunction|Activity)Scheduled$|^(?:Parallel|Map)StateStarted$/;
const failed =
  /^(?:Task|LambdaFunction|Activity)(?:Failed|TimedOut|ScheduleFailed|StartFailed|SubmitFailed)$|^EvaluationFailed$/;
const parentFailed = /^(?:Parallel|Map)StateFailed$/;
const ends: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

/** Reads a history event by event, in the order of their ids. */
export class HistoryReader {
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
    this.places.set(event.id, this.placed(event));
  }

  view(): ExecutionView {
    const { error, cause } = this.failure;
    return {
      status: this.status,
      steps: listSteps(this.all()),
      redrives: this.redrives,
      ...(this.startedAt !== undefined && { startedAt: new Date(this.startedAt).toISOString() }),
      ...(this.endedAt !== undefined && { endedAt: new Date(this.endedAt).toISOString() }),
      ...defined({ error, cause }),
    };
  }

  timedSteps(): TimedStep[] {
    return listTimedSteps(this.all());
  }

  private all(): OpenStep[] {
    return [...this.steps.values()];
  }

  private placed(event: ExecutionEvent): Place {
    const before = this.places.get(event.previousEventId) ?? { container: topLevel };
    const end = ends[event.type];
    if (end !== undefined) return this.end(event, end);
    if (event.type === 'ExecutionRedriven') return this.redrive();
    if (event.type.endsWith('StateEntered')) return this.enter(event, before);
    if (event.type.endsWith('StateExited')) return this.exit(event, before);
    if (event.type.startsWith('MapIteration')) return this.iteration(event, before);
    return this.progress(event, before);
  }

  /** A state begins, or begins again: after a retry of the Parallel around it, a redrive, or a loop. */
  private enter(event: ExecutionEvent, before: Place): Place {
    const name = event.name ?? '';
    const type = event.type.replace('StateEntered', '');
    const container = this.containerOf(name, before);
    const key = keyOf({ container, name });
    const made: OpenStep = {
      name,
      type,
      container,
      startedAt: event.timestamp,
      status: 'RUNNING',
      attempts: 0,
      tried: [],
    };
    const step = this.steps.get(key) ?? made;
    this.steps.set(key, step);
    resume(step);
    // The attempts of these are counted where the work itself is begun.
    if (!['Task', 'Parallel', 'Map'].includes(type)) step.attempts += 1;
    if (type === 'Fail') settle(step, 'FAILED', event.timestamp);
    return { container, step };
  }

  /** Where a state that is entered stands. A name is unique in a workflow, so a Parallel's known states are found by it. */
  private containerOf(name: string, before: Place): Container {
    const owner = before.opens ?? (before.redrive === true ? this.dueParent() : undefined);
    if (owner === undefined) return before.container;
    const known = this.all().find((step) => step.name === name && step.container.owner === owner);
    return known?.container ?? containerInside(owner, name);
  }

  private exit(event: ExecutionEvent, before: Place): Place {
    const step = this.named(event.name ?? '', before);
    if (step === undefined) return before;
    step.endedAt = event.timestamp;
    step.status = step.failing === true ? 'CAUGHT' : 'SUCCEEDED';
    endAttempt(step, event.timestamp);
    if (step.status === 'SUCCEEDED') clearFailure(step);
    for (const inner of this.all()) if (isInside(inner, step)) settle(inner, 'ABORTED', event.timestamp);
    return { container: step.container };
  }

  /** An iteration of a Map begins, ends or fails; what follows a beginning stands inside it. */
  private iteration(event: ExecutionEvent, before: Place): Place {
    const map = this.named(event.name ?? '', before);
    if (map === undefined) return before;
    if (event.type === 'MapIterationStarted')
      return { container: containerInside(map, String(event.index ?? 0)) };
    if (event.type === 'MapIterationFailed' && before.step !== undefined) fail(before.step, event);
    return { container: map.container, step: map };
  }

  /** An event within a state: an attempt begins, fails, succeeds, is given up. */
  private progress(event: ExecutionEvent, before: Place): Place {
    const ofParent = /^(?:Parallel|Map)State(?!Aborted)/.test(event.type);
    const step = ofParent ? parentOf(before) : (before.step ?? this.dueTask(event));
    if (step === undefined) return before;
    if (begun.test(event.type)) {
      resume(step);
      beginAttempt(step, event.timestamp);
      if (event.parameters !== undefined) step.parameters = event.parameters;
    } else if (event.type === 'TaskSubmitted') {
      const attempt = step.tried.at(-1);
      if (attempt !== undefined && event.submission !== undefined) attempt.submission = event.submission;
    } else if (failed.test(event.type)) {
      setFailure(step, event);
      endAttempt(step, event.timestamp, step.error);
    } else if (parentFailed.test(event.type)) {
      const inner = before.step === step ? undefined : before.step;
      if (inner !== undefined) fail(inner, event);
      setFailure(step, { ...failureOf(inner), ...failureOf(event) });
      endAttempt(step, event.timestamp, step.error);
    } else if (event.type.endsWith('StateAborted')) {
      settle(step, 'ABORTED', event.timestamp);
    } else if (event.type.endsWith('Succeeded')) {
      clearFailure(step);
      endAttempt(step, event.timestamp);
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
    for (const step of this.all()) {
      if (step.status === 'SUCCEEDED' || step.status === 'CAUGHT') continue;
      step.status = 'PENDING';
      delete step.endedAt;
    }
    return { container: topLevel, redrive: true };
  }

  private end(event: ExecutionEvent, status: ExecutionStatus): Place {
    this.status = status;
    this.endedAt = event.timestamp;
    this.failure = event;
    if (status === 'FAILED') this.blame(event);
    for (const step of this.all()) settle(step, status === 'TIMED_OUT' ? status : 'ABORTED', event.timestamp);
    return { container: topLevel };
  }

  /** Follows the chain back from the execution's failure: the state that failed, and those around it, are at fault. */
  private blame(event: ExecutionEvent): void {
    let cause = this.events.get(event.previousEventId);
    while (cause !== undefined && parentFailed.test(cause.type))
      cause = this.events.get(cause.previousEventId);
    const step = cause === undefined ? undefined : this.places.get(cause.id)?.step;
    if (step === undefined) return;
    for (const at of [step, ...ownersOf(step)]) fail(at, event);
  }

  /** The state of a name that the event's chain can mean: names are unique in a workflow, but not across iterations. */
  private named(name: string, before: Place): OpenStep | undefined {
    if (before.step?.name === name) return before.step;
    for (let at: Container | undefined = before.container; at !== undefined; at = at.owner?.container) {
      const step = this.steps.get(keyOf({ container: at, name }));
      if (step !== undefined) return step;
    }
    return this.all().find((step) => step.name === name);
  }

  /** After a redrive an attempt follows `ExecutionRedriven` itself: it belongs to what is due and was asked the same. */
  private dueTask(event: ExecutionEvent): OpenStep | undefined {
    if (!begun.test(event.type)) return undefined;
    const due = this.all().filter((step) => step.status === 'PENDING' && !isParent(step));
    const asked = beforeRedrives(event.parameters);
    return due.find((step) => beforeRedrives(step.parameters) === asked) ?? due[0];
  }

  /** The innermost Parallel that a redrive takes up again. */
  private dueParent(): OpenStep | undefined {
    return this.all().findLast(
      (step) => step.type === 'Parallel' && !['SUCCEEDED', 'CAUGHT'].includes(step.status),
    );
  }
}

/** What a task is asked, without how often its execution was redriven, which every task is told (`workflows/states.ts`). */
function beforeRedrives(parameters: string | undefined): string | undefined {
  return parameters?.replace(/"redrives":\s*\d+/, '"redrives":0');
}

/** The Parallel or Map that an event about itself follows: the state just entered, or the one around the chain. */
function parentOf(before: Place): OpenStep | undefined {
  return before.step !== undefined && isParent(before.step) ? before.step : before.container.owner;
}

/** Ends a step as failed, whatever became of it when its neighbours were stopped. */
function fail(step: OpenStep, event: ExecutionEvent): void {
  step.status = 'FAILED';
  step.endedAt ??= event.timestamp;
  endAttempt(step, event.timestamp, event.error);
  if (step.error === undefined) setFailure(step, failureOf(event));
}

function failureOf(from: { error?: string; cause?: string } | undefined): { error?: string; cause?: string } {
  return {
    ...(from?.error !== undefined && { error: from.error }),
    ...(from?.cause !== undefined && { cause: from.cause }),
  };
}
