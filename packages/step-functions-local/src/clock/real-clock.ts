import { setTimeout as realPause } from 'node:timers/promises';
import type { Clock } from './clock';
import { TimerQueue } from './timer-queue';

/** setTimeout takes a signed 32-bit number of milliseconds: 24.8 days. A Wait state may last a year. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * The machine's clock.
 *
 * @param speed how much faster than the machine's clock time passes: 1 by default; tests use more.
 */
export function createRealClock(speed = 1): Clock {
  const timers = new TimerQueue();
  const origin = Date.now();
  let handle: NodeJS.Timeout | undefined;

  const now = (): number => origin + (performance.now() - started) * speed;
  const started = performance.now();

  function arm(): void {
    if (handle !== undefined) clearTimeout(handle);
    handle = undefined;
    const next = timers.peek();
    if (next === undefined) return;
    const delay = Math.min(Math.max(0, next.at - now()) / speed, longestTimeoutMs);
    handle = setTimeout(fire, delay);
  }

  // One queue with one timeout keeps the order of deadlines, which two timeouts that are nearly due may not.
  function fire(): void {
    const next = timers.peek();
    if (next !== undefined && next.at <= now()) {
      timers.pop();
      next.callback();
      setImmediate(arm);
    } else {
      arm();
    }
  }

  return {
    now: () => Math.floor(now()),
    schedule(delayMs, callback) {
      if (!Number.isFinite(delayMs)) return () => undefined;
      const timer = timers.add(now() + Math.max(0, delayMs), callback);
      if (timers.peek() === timer) arm();
      return () => {
        timers.cancel(timer);
        if (timers.peek() === undefined) arm();
      };
    },
    beginWork: () => () => undefined,
    async pollPause(ms, signal) {
      await realPause(ms / speed, undefined, signal === undefined ? {} : { signal });
    },
    close() {
      timers.clear();
      arm();
    },
  };
}
