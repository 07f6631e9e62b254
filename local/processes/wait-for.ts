import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** What is awaited, for the error: "the API server to be ready". */
  what: string;
  /** In milliseconds; 30 s by default. */
  timeoutMs?: number;
  /** Between two looks, in milliseconds; 50 by default. */
  intervalMs?: number;
  signal?: AbortSignal;
}

/**
 * Looks again and again until `condition` returns something else than undefined and false, and returns that.
 * A condition that throws has not come true yet; the last error becomes the cause of the final one.
 *
 * @throws Error when the time is over; the signal's reason when aborted.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, undefined | false>> {
  const { what, timeoutMs = 30_000, intervalMs = 50, signal } = options;
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  do {
    signal?.throwIfAborted();
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(intervalMs);
  } while (Date.now() < deadline);
  throw new Error(`waited ${Math.round(timeoutMs / 1000)} s for ${what}, in vain`, { cause });
}
