import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from 'step-functions-local';

/**
 * Makes the product's own waits and its look at the time go by a clock: `setTimeout`, `clearTimeout`, `Date.now()` and
 * `new Date()`. So what it retries, gives up or believes for a minute takes its place in the order of events, and the same
 * story is always played in the same way.
 *
 * @returns puts everything back
 */
export function goBy(clock: Clock): () => void {
  const real = { Date, setTimeout, clearTimeout };
  const cancels = new WeakMap<object, () => void>();
  const wait = (callback: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): object => {
    const handle = { ref: () => handle, unref: () => handle, hasRef: () => false };
    const asCaller = AsyncLocalStorage.bind(callback);
    cancels.set(
      handle,
      clock.schedule(ms, () => {
        asCaller(...given);
      }),
    );
    return handle;
  };
  const cancel = (handle: unknown): void => {
    if (typeof handle === 'object' && handle !== null) cancels.get(handle)?.();
  };
  globalThis.setTimeout = wait as unknown as typeof setTimeout;
  globalThis.clearTimeout = cancel;
  globalThis.Date = new Proxy(real.Date, {
    construct: (type, given) => Reflect.construct(type, given.length === 0 ? [clock.now()] : given) as object,
    get: (type, name) => (name === 'now' ? () => clock.now() : (Reflect.get(type, name) as unknown)),
  });
  return () => {
    Object.assign(globalThis, real);
  };
}
