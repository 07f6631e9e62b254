import { describeNodes, nodesLeft, poolsOf } from './karpenter-nodes';
import type { Kubectl } from '../kubernetes/kubectl';
import type { Say } from '../support/say';
import { settle } from '../support/settle';

/** How long Karpenter is waited for: a machine takes a minute or two to end. */
const patienceSeconds = 900;

/**
 * Deletes the node pools while Karpenter lives, and waits until it has ended their machines. Pods that nobody may disturb go
 * with all else. What Karpenter leaves, because it does not run any more, is found by its tags (`leftovers.ts`).
 */
export async function removeNodes(
  kubectl: Pick<Kubectl, 'list' | 'removeLater'>,
  say: Say,
  { timeoutSeconds = patienceSeconds, pollMs = 5_000 } = {},
): Promise<void> {
  const pools = await poolsOf(kubectl);
  if (pools.length === 0) return;
  say(`deleting the node pools ${pools.map(({ metadata }) => metadata.name).join(', ')}, and their nodes`);
  await kubectl.removeLater(pools);
  await settle<undefined>(
    async () => {
      const left = await nodesLeft(kubectl);
      await kubectl.removeLater(left.holders);
      const waiting = describeNodes({ ...left, holders: [] });
      return waiting === undefined ? { done: undefined } : { waiting };
    },
    {
      ...{ deadline: Date.now() + timeoutSeconds * 1000, poll: pollMs, say },
      late: (waiting) => {
        say(`${waiting}, and did not within ${timeoutSeconds} s`);
        return undefined;
      },
    },
  );
}
