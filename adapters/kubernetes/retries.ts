/** Longest pause between two attempts, also where the server asks for a longer one. */
const longestPauseMs = 2_000;

/** Bounded repetition of one request: 50, 100, 200 … ms with jitter, or as long as the server asks. */
export class Retries {
  private made = 1;
  private readonly attempts: number;
  private readonly signal: AbortSignal | undefined;

  /** @param attempts in all, the first included; @param signal the end of all waiting */
  constructor(attempts: number, signal?: AbortSignal) {
    this.attempts = attempts;
    this.signal = signal;
  }

  /**
   * Waits before the next attempt.
   *
   * @param retryAfter the header of that name, in seconds
   * @returns `false` when there shall be no other
   */
  async again(retryAfter?: string): Promise<boolean> {
    if (this.made >= this.attempts || this.ended()) return false;
    const backoff = 50 * 2 ** (this.made - 1) * (0.5 + Math.random());
    const asked = Number(retryAfter) * 1000;
    this.made += 1;
    await pause(Math.min(Number.isFinite(asked) && asked > 0 ? asked : backoff, longestPauseMs), this.signal);
    return !this.ended();
  }

  private ended(): boolean {
    return this.signal?.aborted === true;
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
