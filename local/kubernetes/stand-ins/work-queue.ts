import { setTimeout as delay } from 'node:timers/promises';

export interface WorkQueueOptions {
  /** Brings the cluster's state for one key to what is desired. A rejection is a failure, tried again later. */
  reconcile: (key: string) => Promise<void>;
  onError: (key: string, error: unknown) => void;
  signal: AbortSignal;
  /** Keys at the same time; 4 by default. */
  concurrency?: number;
}

const firstRetryMs = 200;
const longestRetryMs = 10_000;

/**
 * Level-based work: a key that is added many times while it waits is reconciled once; one that is added while it is
 * being reconciled is reconciled again; one that fails is tried again with a growing pause.
 */
export class WorkQueue {
  private readonly waiting = new Set<string>();
  private readonly running = new Set<string>();
  private readonly failures = new Map<string, number>();

  constructor(private readonly options: WorkQueueOptions) {}

  add(key: string): void {
    this.waiting.add(key);
    this.next();
  }

  private next(): void {
    const { concurrency = 4, signal } = this.options;
    for (const key of this.waiting) {
      if (signal.aborted || this.running.size >= concurrency) return;
      if (this.running.has(key)) continue;
      this.waiting.delete(key);
      this.running.add(key);
      void this.work(key).finally(() => {
        this.running.delete(key);
        this.next();
      });
    }
  }

  private async work(key: string): Promise<void> {
    const { reconcile, onError, signal } = this.options;
    try {
      await reconcile(key);
      this.failures.delete(key);
    } catch (error) {
      if (signal.aborted) return;
      const failures = (this.failures.get(key) ?? 0) + 1;
      this.failures.set(key, failures);
      onError(key, error);
      const pause = Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs);
      void delay(pause, undefined, { signal, ref: false }).then(
        () => {
          this.add(key);
        },
        () => undefined,
      );
    }
  }
}
