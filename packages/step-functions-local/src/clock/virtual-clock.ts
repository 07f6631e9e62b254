import { setTimeout as realPause } from 'node:timers/promises';
import type { Clock } from './clock';
import { TimerQueue } from './timer-queue';

/** Longest real pause between two polls, so that a rehearsal does not wait 5 s for what took 50 ms. */
const longestPollPauseMs = 100;

/**
 * A clock whose time passes at once. It moves to the next timer when nothing is left to do at the present one:
 * no promise is about to continue (all of them have, by the time `setImmediate` calls back) and no work with an
 * outcome of its own is under way. One timer fires per turn, so that the order of events is the order of deadlines.
 *
 * @param start where time begins, in milliseconds since the Unix epoch.
 * @param realPauseFor how long really to wait, in milliseconds, before time moves by the given milliseconds: 0 by
 * default. What the waits are for may happen in real time, in other processes; then they need some of it.
 */
export function createVirtualClock(
  start = Date.UTC(2026, 0, 1),
  realPauseFor: (gapMs: number) => number = () => 0,
): Clock {
  const timers = new TimerQueue();
  let time = start;
  let work = 0;
  let turnScheduled = false;

  function turn(): void {
    if (turnScheduled || work > 0 || timers.peek() === undefined) return;
    turnScheduled = true;
    const due = timers.peek();
    const pause = due === undefined ? 0 : realPauseFor(Math.max(0, due.at - time));
    const later = (callback: () => void): unknown =>
      pause > 0 ? setTimeout(callback, pause) : setImmediate(callback);
    later(() => {
      turnScheduled = false;
      if (work > 0) return;
      const timer = timers.pop();
      if (timer !== undefined) {
        time = Math.max(time, timer.at);
        timer.callback();
      }
      turn();
    });
  }

  return {
    now: () => time,
    schedule(delayMs, callback) {
      if (!Number.isFinite(delayMs)) return () => undefined;
      const timer = timers.add(time + Math.max(0, delayMs), callback);
      turn();
      return () => {
        timers.cancel(timer);
      };
    },
    beginWork() {
      work++;
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        work--;
        turn();
      };
    },
    async pollPause(ms, signal) {
      await realPause(Math.min(ms, longestPollPauseMs), undefined, signal === undefined ? {} : { signal });
    },
    close() {
      timers.clear();
    },
  };
}
