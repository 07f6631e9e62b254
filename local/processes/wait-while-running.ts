import type { Child } from './child';
import { waitFor, type WaitOptions } from './wait-for';

/**
 * As `waitFor`, of something that a program does once it has started. A program that ends first is not waited for.
 *
 * @throws Error with what it wrote last, at once where it ends, or when the time is over
 */
export async function waitWhileRunning(
  child: Child,
  condition: () => Promise<boolean>,
  options: Omit<WaitOptions, 'signal'>,
): Promise<void> {
  const ended = new AbortController();
  void child.exited.then(() => {
    ended.abort(new Error(`${child.name} ended`));
  });
  try {
    await waitFor(condition, { ...options, signal: ended.signal });
  } catch (error) {
    throw new Error(`${(error as Error).message}; it wrote last:\n${child.recentOutput()}`, { cause: error });
  }
}
