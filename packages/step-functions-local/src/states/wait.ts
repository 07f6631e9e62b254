import { sleep } from '../clock/clock';
import type { WaitState } from '../definition/types';
import { evaluateTyped, evaluationError } from '../language/template';
import { parseTimestamp } from '../language/timestamp';
import { ensureLive, evaluationScope, type StateContext } from './context';
import { nextOf, transition, type Transition } from './transition';

/** A Wait state lasts this long at most: 99,999,999 seconds. */
const longestWaitSeconds = 99_999_999;

/**
 * Waits for Seconds or until Timestamp; a time that has passed is no wait.
 * https://states-language.net/spec.html#wait-state and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
 */
export async function performWait(context: StateContext<WaitState>): Promise<Transition> {
  const { run, scope, state, progress } = context;
  const { clock } = run.runtime;
  if (progress.waitUntil === undefined) {
    const until =
      state.Timestamp === undefined
        ? clock.now() + (await seconds(context)) * 1000
        : await timestamp(context);
    ensureLive(context);
    progress.waitUntil = until;
    run.changed(scope);
  }
  const left = progress.waitUntil - clock.now();
  if (left > 0) await sleep(clock, left, context.signal);
  return await transition(context, state, nextOf(state), scope.input);
}

async function seconds(context: StateContext<WaitState>): Promise<number> {
  const evaluation = evaluationScope(context);
  const value = (await evaluateTyped(evaluation, 'Seconds', context.state.Seconds, 'number')) as number;
  if (!Number.isInteger(value) || value < 0 || value > longestWaitSeconds) {
    throw evaluationError(
      evaluation,
      `The Seconds field must be an integer from 0 to ${longestWaitSeconds}, but was: ${value}`,
      'Seconds',
    );
  }
  return value;
}

async function timestamp(context: StateContext<WaitState>): Promise<number> {
  const evaluation = evaluationScope(context);
  const text = (await evaluateTyped(evaluation, 'Timestamp', context.state.Timestamp, 'string')) as string;
  const time = parseTimestamp(text);
  if (time === undefined) {
    throw evaluationError(
      evaluation,
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
      'Timestamp',
    );
  }
  return time;
}
