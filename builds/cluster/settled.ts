import { UserError } from '../../core/errors';
import { buildEnvironment } from '../../core/handover/build-environment';
import type { Say } from '../support/say';
import { settle, type Look } from '../support/settle';

/** How a build waits for what EKS and CloudFormation do by themselves. */
export interface Waiting {
  say: Say;
  /** Between two looks at something under way, in milliseconds. */
  pollMs?: number;
  /** How long something under way is waited for, in milliseconds. */
  patienceMs?: number;
}

/** Between two looks of a build, in milliseconds; the local region looks more often. */
export function pollInterval(): number {
  return Number(buildEnvironment().KUBEFLOW_EKS_POLL_SECONDS ?? 15) * 1000;
}

// A control plane takes 12 minutes, at times 25; an update of it up to 40.
const usualPatienceMs = 50 * 60_000;

/**
 * Waits for a part of the cluster.
 *
 * @param what names it, for the message
 * @throws UserError `ClusterFailed` where it takes too long
 */
export async function settled<T>(
  { pollMs = 15_000, patienceMs = usualPatienceMs, say }: Waiting,
  what: string,
  look: () => Promise<Look<T>>,
): Promise<T> {
  return settle(look, {
    deadline: Date.now() + patienceMs,
    poll: pollMs,
    say,
    late: (waiting) => {
      throw new UserError(
        'ClusterFailed',
        `${what} did not settle within ${Math.round(patienceMs / 60_000)} minutes: ${waiting}. Look at it in the console, ` +
          'then retry this step.',
      );
    },
  });
}
