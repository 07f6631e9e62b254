import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from './instance';
import type { FunctionRunner } from './function-runner';

/** Calls of an event before Lambda gives it up (Lambda developer guide, "Error handling for asynchronous invocation"). */
const attempts = 3;

/** Lambda waits one minute, then two. Here it is a moment, in milliseconds. */
const pauseMs = 200;

/**
 * Hands a function an event as EventBridge does: where the function fails it is called twice more.
 *
 * @returns the outcome of the last call
 */
export async function invokeAsynchronously(
  runner: Pick<FunctionRunner, 'invoke'>,
  name: string,
  event: unknown,
): Promise<Outcome> {
  let outcome = await runner.invoke(name, event);
  for (let made = 1; made < attempts && outcome.error !== undefined; made += 1) {
    await pause(pauseMs);
    outcome = await runner.invoke(name, event);
  }
  return outcome;
}
