/**
 * What an execution's history says, reduced to what the steps view needs. The shape is independent of any SDK so
 * that the same code reads the real service, the local region and a recorded file.
 */
export interface ExecutionEvent {
  readonly id: number;
  /** The event that led to this one; 0 for the first. */
  readonly previousEventId: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** The service's event type, such as `TaskStateEntered`. */
  readonly type: string;
  /** The state's name, on events that enter or leave a state, and the Map's on iteration events. */
  readonly name?: string;
  /** The iteration, on events of a Map. */
  readonly index?: number;
  /** What a task was asked to do: tells tasks apart where a redrive breaks the chain of events. */
  readonly parameters?: string;
  /** What accepted a task that is waited for, on `TaskSubmitted`; JSON. */
  readonly submission?: string;
  /** What a task has answered, on `TaskSucceeded`; JSON. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** The statuses that Step Functions gives an execution. */
export type ExecutionStatus =
  'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/**
 * - `PENDING`: failed or stopped before, waiting for its turn after a redrive.
 * - `RUNNING`: entered; with an `error` when the last attempt failed and another one follows.
 * - `CAUGHT`: failed for good, and a Catch of the workflow went on from there.
 */
export type StepStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'CAUGHT' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One state of a workflow as one execution went through it. */
export interface ExecutedStep {
  readonly name: string;
  /** The state's type, such as `Task` or `Parallel`. */
  readonly type: string;
  readonly status: StepStatus;
  /** How often the work was begun: retries, polls and redrives each count. */
  readonly attempts: number;
  /** ISO 8601, of the first attempt. */
  readonly startedAt: string;
  /** ISO 8601; absent while the step runs. */
  readonly endedAt?: string;
  /** The last failure; absent once the step has succeeded. */
  readonly error?: string;
  readonly cause?: string;
  /** CloudWatch log group of what it called last; absent where the history was read without data. */
  readonly log?: string;
  /** The Parallel or Map state in which the step stands. */
  readonly parent?: string;
  /** Within a Parallel: the name of its branch's first state. Within a Map: the iteration, from 0. */
  readonly branch?: string;
}

/** One attempt at a step's work, in milliseconds since the epoch. */
export interface Attempt {
  readonly startedAt: number;
  /** Absent while it is under way. */
  readonly endedAt?: number;
  /** Why it failed; absent where it did not. */
  readonly error?: string;
  /** {@link ExecutionEvent.submission}. */
  readonly submission?: string;
}

/** A step with every attempt, in their order. */
export interface TimedStep extends ExecutedStep {
  readonly tried: readonly Attempt[];
}

/** An execution as its history tells it. */
export interface ExecutionView {
  readonly status: ExecutionStatus;
  /** Grouped for reading: the steps of a Parallel's branch stand together, after the Parallel itself. */
  readonly steps: readonly ExecutedStep[];
  /** How often the execution was redriven. */
  readonly redrives: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error?: string;
  readonly cause?: string;
}
