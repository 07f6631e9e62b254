/**
 * Time as the interpreter sees it. Everything that waits (Wait states, retry intervals, timeouts, heartbeats)
 * asks a clock, so that the same code runs in real time or in virtual time.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls back once, `delayMs` milliseconds from now; an infinite delay never calls back.
   * Callbacks that are due together run in the order in which they were scheduled.
   * @returns a function that cancels the call.
   */
  schedule(delayMs: number, callback: () => void): () => void;
  /**
   * Marks the beginning of work whose duration the clock does not know (I/O to another process).
   * Virtual time stands still until the returned function is called; real time does not care.
   */
  beginWork(): () => void;
  /** A pause between two polls of something that runs in real time whatever this clock says. */
  pollPause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Drops everything that is scheduled, so that the process can end. */
  close(): void;
}

/** The reason with which a wait ends early. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** The process lets go of what it runs without ending it, as if it had been killed. */
export class Abandoned extends Cancelled {}

/**
 * Resolves `ms` milliseconds from now on the given clock.
 * @throws Cancelled when the signal is aborted first.
 */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new Cancelled());
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(new Cancelled());
    };
    const cancel = clock.schedule(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
