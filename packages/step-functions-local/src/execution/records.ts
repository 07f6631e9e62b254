import type { Failure } from '../language/errors';

/**
 * What an execution is at a moment: plain data, so that it can be written down, read back after a restart, and
 * taken up again by a redrive. The functions that run it keep nothing of their own that matters.
 */

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution without its history and scopes. Times are milliseconds since the Unix epoch. */
export interface ExecutionRecord {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  /** The definition's text at the start: an update of the machine does not reach an execution, nor its redrive. */
  readonly definition: string;
  /** JSON text, as it was given. */
  readonly input: string;
  readonly startDate: number;
  readonly traceHeader?: string;
  /** The Map Run that started this execution as a child workflow. */
  readonly mapRunArn?: string;
  status: ExecutionStatus;
  stopDate?: number;
  /** JSON text. */
  output?: string;
  failure?: Failure;
  redriveCount: number;
  redriveDate?: number;
  /** The client token of the last redrive, which makes a repeated call harmless. */
  redriveToken?: string;
}

export type ScopeStatus = 'running' | 'succeeded' | 'failed' | 'aborted';

/** The item of the iteration that a scope runs, as `$states.context.Map.Item` shows it. */
export interface MapItem {
  readonly Index: number;
  /** The name of the property, where the items are an object's. */
  readonly Key?: string;
  readonly Value: unknown;
  readonly Source: string;
}

/**
 * One thread of control with variables of its own: the execution itself, a branch of a Parallel state, or an
 * iteration of a Map state. AWS calls it a workflow-local scope.
 */
export interface ScopeRecord {
  /** Empty for the execution itself; the n-th child of a scope's current state is `<scope>.<n>`. */
  readonly id: string;
  status: ScopeStatus;
  variables: Record<string, unknown>;
  /** What the next state is given, or the current one was. */
  input: unknown;
  /** The state to enter, when there is no current one. */
  next?: string;
  current?: StateProgress;
  output?: unknown;
  failure?: Failure;
  /** The event that the next one of this scope follows. */
  lastEventId: number;
  readonly item?: MapItem;
  /** Set when the iteration's closing event was written and a redrive opens it again. */
  reopened?: boolean;
  /** The name of the child workflow that a distributed Map runs in place of this scope. */
  readonly childName?: string;
}

/** How far the current state of a scope has got. */
export interface StateProgress {
  readonly name: string;
  readonly enteredEventId: number;
  readonly enteredTime: number;
  /** Failed attempts since the state was entered or redriven. */
  failedAttempts: number;
  /** Retries that each retrier has used. */
  retries: number[];
  /** What the state's work gave; Output and Assign are still to be evaluated. */
  result?: {
    readonly value: unknown;
    /** The ParallelStateSucceeded or MapStateSucceeded event, which only a failure of the state follows. */
    readonly succeededEventId?: number;
  };
  /** When a Wait state ends, in milliseconds since the epoch. */
  waitUntil?: number;
  /** The token that a waitForTaskToken call gave away. */
  taskToken?: string;
  /** What an integration wants to find again after a restart, such as the id of the build it started. */
  memo?: unknown;
  /** What a Map iterates over, and how. */
  map?: MapProgress;
  /** How many branches or iterations have been started. */
  children?: number;
}

export interface MapProgress {
  readonly items: readonly unknown[];
  /** The items are pairs of Key and Value: the properties of an object. */
  readonly keyed?: boolean;
  readonly maxConcurrency: number;
  /** How many iterations may fail; undefined where no tolerance was asked for. */
  readonly toleratedFailures?: number;
  mapRunArn?: string;
}
