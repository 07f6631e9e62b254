import { ownerTag } from '../../core/naming';
import { removeStack, stackNameOf, type Stacks } from '../cluster/stacks';
import type { Waiting } from '../cluster/settled';

/**
 * Removes the stacks of a cluster that eksctl did not: of a creation that failed, or of a cluster that somebody deleted by
 * another way. Those of its parts have roles in them that nothing else would take away. Those of another's stay.
 */
export async function removeStacks(
  options: Waiting & { stacks: Pick<Stacks, 'find' | 'list' | 'failures' | 'remove'> },
  cluster: string,
): Promise<void> {
  const { stacks, say } = options;
  const last = stackNameOf.cluster(cluster);
  const names = await stacks.list(`eksctl-${cluster}-`);
  // The stacks of parts use what that of the cluster exports, which holds it until they are gone.
  for (const name of names.sort((a, b) => Number(a === last) - Number(b === last))) {
    const stack = await stacks.find(name);
    if (stack?.tags[ownerTag] !== cluster) continue;
    say(`the stack ${name} (${stack.status}) was left: deleting it`);
    await removeStack(options, name);
  }
}
