/**
 * Errors by their names, as the Amazon States Language knows them.
 * https://states-language.net/spec.html#errors and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */

/** What a failed state, branch or execution reports. AWS leaves either part out when nothing set it. */
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
}

/** A state failed; its Retry and Catch may deal with it. */
export class StatesError extends Error implements Failure {
  override readonly name: string = 'StatesError';
  readonly error?: string;
  override readonly cause?: string;
  /** Another name by which a retrier or a catcher may ask for this error. */
  readonly alias?: string;
  constructor(failure: Failure) {
    super(`${failure.error ?? '(no error name)'}: ${failure.cause ?? ''}`);
    if (failure.error !== undefined) this.error = failure.error;
    if (failure.cause !== undefined) this.cause = failure.cause;
  }
}

/** What an integration's call rejects with: the error name and cause that Step Functions reports for the task. */
export class TaskError extends StatesError {
  override readonly name = 'TaskError';
  constructor(error: string, cause?: string) {
    super(cause === undefined ? { error } : { error, cause });
  }
}

/** A JSONata expression failed; `location` is the field, as in `Output/total`. */
export class QueryEvaluationError extends StatesError {
  override readonly name = 'QueryEvaluationError';
  constructor(
    cause: string,
    readonly location?: string,
  ) {
    super({ error: 'States.QueryEvaluationError', cause });
  }
}

/** Fails the whole execution: neither Retry nor Catch is asked, and no state on the way reports a failure. */
export class RuntimeError extends StatesError {
  override readonly name = 'RuntimeError';
  constructor(cause: string) {
    super({ error: 'States.Runtime', cause });
  }
}

export function dataLimitExceeded(what: string): StatesError {
  return new StatesError({
    error: 'States.DataLimitExceeded',
    cause: `The ${what} has a size exceeding the maximum number of bytes service limit.`,
  });
}

/** More iterations of a Map failed than it tolerates. */
export function thresholdExceeded(): StatesError {
  return new StatesError({
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
}

/** The names by which an error may be asked for. */
export type NamedError = Pick<StatesError, 'error' | 'alias'>;

/**
 * Whether a retrier's or catcher's ErrorEquals names this error.
 * States.ALL covers every error but States.DataLimitExceeded and States.Runtime; States.TaskFailed every one that
 * States.ALL does but States.Timeout (of which a missed heartbeat is a kind).
 */
export function matchesError(errorEquals: readonly string[], { error, alias }: NamedError): boolean {
  if (error === 'States.Runtime') return false;
  if (error !== undefined && errorEquals.includes(error)) return true;
  if (alias !== undefined && errorEquals.includes(alias)) return true;
  if (error === 'States.DataLimitExceeded') return false;
  const timedOut = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
  return errorEquals.some(
    (name) =>
      name === 'States.ALL' ||
      (name === 'States.TaskFailed' && !timedOut) ||
      (name === 'States.Timeout' && error === 'States.HeartbeatTimeout'),
  );
}
