import { sleep } from '../clock/clock';
import type { Retrier, State, WithErrorHandling } from '../definition/types';
import type { Random } from '../language/random';
import {
  matchesError,
  QueryEvaluationError,
  RuntimeError,
  StatesError,
  type Failure,
  type NamedError,
} from '../language/errors';
import { ensureLive, type StateContext } from './context';
import { transition, type Transition } from './transition';
import { defined } from '../defined';

/**
 * Retry and Catch of Task, Parallel and Map states.
 * https://states-language.net/spec.html#errors ("Retrying after error", "Fallback states")
 */

const defaultIntervalSeconds = 1;
const defaultMaxAttempts = 3;
const defaultBackoffRate = 2;

export interface Attempts {
  /** One attempt: does the state's work and gives the transition that follows from its result. */
  attempt(): Promise<Transition>;
  /** Undoes what a failed attempt left behind, before another one or after the last. */
  clear?(): void;
  /** Writes the event with which the state itself is failed (ParallelStateFailed, MapStateFailed). */
  failedEvent?: string;
}

type RetryingState = Extract<State, WithErrorHandling & { readonly Type: 'Task' | 'Parallel' | 'Map' }>;

/** Performs a state with its Retry and Catch. */
export async function performWithErrorHandling(
  context: StateContext<RetryingState>,
  attempts: Attempts,
): Promise<Transition> {
  const { run, scope, state, progress } = context;
  for (;;) {
    try {
      return await attempts.attempt();
    } catch (thrown) {
      ensureLive(context);
      const error = asFailure(thrown);
      recordEvaluationFailure(context, error);
      const delaySeconds = nextRetry(state.Retry ?? [], progress.retries, error, run.runtime.random);
      if (delaySeconds === undefined) return await catchError(context, error, attempts);
      progress.failedAttempts++;
      attempts.clear?.();
      run.changed(scope);
      await sleep(run.runtime.clock, delaySeconds * 1000, context.signal);
    }
  }
}

/** The state's error, or a rethrow of what no Retry or Catch may see. */
function asFailure(thrown: unknown): StatesError {
  if (thrown instanceof StatesError && !(thrown instanceof RuntimeError)) return thrown;
  throw thrown;
}

/** Writes EvaluationFailed, once, in the scope where the expression stands. */
export function recordEvaluationFailure(
  context: StateContext,
  error: unknown,
  previousEventId?: number,
): void {
  if (!(error instanceof QueryEvaluationError) || recorded.has(error)) return;
  recorded.add(error);
  if (previousEventId !== undefined) context.scope.lastEventId = previousEventId;
  context.run.append(context.scope, 'EvaluationFailed', {
    error: error.error,
    cause: error.cause,
    ...defined({ location: error.location }),
    state: context.progress.name,
  });
}

const recorded = new WeakSet<QueryEvaluationError>();

/**
 * The seconds to wait before the next attempt, or undefined if there is none. Each retrier counts for itself.
 * @param used retries so far by retrier; updated.
 */
export function nextRetry(
  retriers: readonly Retrier[],
  used: number[],
  error: NamedError,
  random: Random,
): number | undefined {
  const index = retriers.findIndex((retrier) => matchesError(retrier.ErrorEquals, error));
  const retrier = retriers[index];
  if (retrier === undefined) return undefined;
  const count = used[index] ?? 0;
  if (count >= (retrier.MaxAttempts ?? defaultMaxAttempts)) return undefined;
  for (let earlier = 0; earlier < index; earlier++) used[earlier] ??= 0;
  used[index] = count + 1;
  const interval = retrier.IntervalSeconds ?? defaultIntervalSeconds;
  const delay = Math.min(
    interval * (retrier.BackoffRate ?? defaultBackoffRate) ** count,
    retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  );
  return retrier.JitterStrategy === 'FULL' ? delay * random() : delay;
}

async function catchError(
  context: StateContext<RetryingState>,
  error: StatesError,
  attempts: Attempts,
): Promise<Transition> {
  const { run, scope, state } = context;
  const before = scope.lastEventId;
  if (attempts.failedEvent !== undefined) run.append(scope, attempts.failedEvent);
  const catchers = state.Catch ?? [];
  const index = catchers.findIndex((catcher) => matchesError(catcher.ErrorEquals, error));
  const catcher = catchers[index];
  if (catcher === undefined) throw error;
  const errorOutput = errorOutputOf(error);
  try {
    return await transition(context, catcher, catcher.Next, errorOutput, { errorOutput }, `Catch[${index}]/`);
  } catch (thrown) {
    ensureLive(context);
    const inner = asFailure(thrown);
    // As observed on AWS: the chain goes on from before the state's first Failed event, then it is failed again.
    recordEvaluationFailure(context, inner, before);
    if (attempts.failedEvent !== undefined) run.append(scope, attempts.failedEvent);
    throw inner;
  }
}

/** `$states.errorOutput`, which is also the output where a catcher has no Output. */
export function errorOutputOf(failure: Failure): Record<string, string> {
  return {
    ...defined({ Error: failure.error, Cause: failure.cause }),
  };
}
