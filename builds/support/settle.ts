import { setTimeout as delay } from 'node:timers/promises';
import type { Say } from './say';

/** What a look at something under way found: that it is over, with what came of it, or what it still waits for. */
export type Look<T> = { done: T } | { waiting: string };

/** How something under way is waited for. */
export interface SettleOptions<T> {
  /** When waiting ends, in milliseconds since the epoch. One look is always taken, however late it is. */
  deadline: number;
  /** Between two looks, in milliseconds. */
  poll: number;
  /** The first pause, where what is waited for is often over at once; it grows by a quarter up to {@link poll}. */
  firstPoll?: number;
  /** Told what is waited for, each time that it is something else. */
  say: Say;
  /** Decides about what is still under way at the deadline: throws, or returns what to go on with. */
  late: (waiting: string) => T | Promise<T>;
}

/**
 * Looks at something under way until it is over: the one waiting loop of the builds.
 *
 * @param look throws where what is waited for cannot come any more
 * @returns what came of it
 * @example
 * await settle(async () => ((await count()) === 0 ? { done: undefined } : { waiting: 'pods are left' }), {
 *   ...{ deadline: Date.now() + 60_000, poll: 5_000, say },
 *   late: (waiting) => { throw new UserError('ComponentNotReady', waiting); },
 * });
 */
export async function settle<T>(look: () => Promise<Look<T>>, options: SettleOptions<T>): Promise<T> {
  const { deadline, poll, firstPoll = poll, say, late } = options;
  let said = '';
  for (let pause = Math.min(firstPoll, poll); ; pause = Math.min(pause * 1.25, poll)) {
    const found = await look();
    if ('done' in found) return found.done;
    if (found.waiting !== said) say(`waiting: ${found.waiting}`);
    said = found.waiting;
    if (Date.now() >= deadline) return late(found.waiting);
    await delay(pause);
  }
}
