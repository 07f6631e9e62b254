import { CommandError } from '../support/command';
import type { Say } from '../support/say';

/**
 * Does what only tidies up, in a cluster that may be broken: the cluster goes in any case, and what is left is found by
 * its tags.
 *
 * @returns what came of it; nothing where a program failed, and then why is said
 */
export async function attempt<T extends object | true>(
  what: string,
  work: () => Promise<T>,
  say: Say,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say(`${what} did not succeed, and is passed over: ${error.message}`);
    return undefined;
  }
}
