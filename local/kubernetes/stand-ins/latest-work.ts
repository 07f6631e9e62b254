import { setTimeout as delay } from 'node:timers/promises';

export interface LatestWorkOptions {
  /** Brings what there is to what is wanted now. A rejection is a failure, tried again. */
  reconcile: () => Promise<void>;
  onError: (error: unknown) => void;
  /** Aborted when no more work is begun. */
  signal: AbortSignal;
}

const retryMs = 1000;

/**
 * Work of which only the latest state counts: told of changes while it works, it works once more; told of none, it rests.
 */
export class LatestWork {
  private due = false;
  private working: Promise<void> | undefined;

  constructor(private readonly options: LatestWorkOptions) {}

  /** Resolves when there is nothing to do. */
  get idle(): Promise<void> {
    return this.working ?? Promise.resolve();
  }

  /** Told that something may be otherwise now. */
  readonly look = (): void => {
    this.due = true;
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      // Told in the very moment in which the work ended.
      if (this.due && !this.options.signal.aborted) this.look();
    });
  };

  private async work(): Promise<void> {
    const { reconcile, onError, signal } = this.options;
    while (this.due && !signal.aborted) {
      this.due = false;
      try {
        await reconcile();
      } catch (error) {
        if (isAborted(signal)) return;
        onError(error);
        this.due = true;
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** In a function, since the compiler believes that what was false stays so across an await. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
