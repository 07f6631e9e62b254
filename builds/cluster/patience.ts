import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../core/errors';
import type { Say } from '../support/say';

export interface Patience {
  say: Say;
  /** Between two looks at something under way, in milliseconds. */
  pollMs?: number;
  /** How long something under way is waited for, in milliseconds. */
  patienceMs?: number;
}

/** Between two looks of a build, in milliseconds; the local region looks more often. */
export function pollInterval(): number {
  return Number(process.env['KUBEFLOW_EKS_POLL_SECONDS'] ?? 15) * 1000;
}

// A control plane takes 12 minutes, at times 25; an update of it up to 40.
const usualPatienceMs = 50 * 60_000;

/**
 * Looks again and again.
 *
 * @param look returns what is still under way, or that it is done
 * @throws UserError `ClusterFailed` where it takes too long
 */
export async function patiently<T>(
  { pollMs = 15_000, patienceMs = usualPatienceMs, say }: Patience,
  what: string,
  look: () => Promise<string | { done: T }>,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let last = '';
  for (;;) {
    const state = await look();
    if (typeof state !== 'string') return state.done;
    if (state !== last) say(`waiting: ${state}`);
    last = state;
    if (Date.now() >= deadline) {
      throw new UserError(
        'ClusterFailed',
        `${what} did not settle within ${Math.round(patienceMs / 60_000)} minutes: ${state}. Look at it in the console, ` +
          'then retry this step.',
      );
    }
    await delay(pollMs);
  }
}
