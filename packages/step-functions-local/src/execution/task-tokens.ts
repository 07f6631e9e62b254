import type { Failure } from '../language/errors';

/** What SendTaskSuccess and SendTaskFailure settle. */
export interface TokenWaiter {
  succeed(output: unknown): void;
  fail(failure: Failure): void;
  heartbeat(): void;
}

/** The tokens of the tasks that wait for a callback (waitForTaskToken). */
export class TaskTokens {
  private readonly waiters = new Map<string, TokenWaiter>();

  register(token: string, waiter: TokenWaiter): void {
    this.waiters.set(token, waiter);
  }

  remove(token: string): void {
    this.waiters.delete(token);
  }

  find(token: string): TokenWaiter | undefined {
    return this.waiters.get(token);
  }
}
