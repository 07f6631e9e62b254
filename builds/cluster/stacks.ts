import { createHash } from 'node:crypto';
import type { AwsClients } from '../../adapters/aws/clients';
import {
  deleteStack,
  findStack,
  listStacks,
  stackFailures,
  type Stack,
} from '../../adapters/aws/cloudformation';
import { foreignResource } from '../../adapters/aws/errors';
import { UserError } from '../../core/errors';
import { ownerTag } from '../../core/naming';
import { settled, type Waiting } from './settled';
import type { ClusterChange } from './cluster-change';

/** CloudFormation, which eksctl works through. */
export interface Stacks {
  find: (name: string) => Promise<Stack | undefined>;
  /** Names of those that are there and begin like this. */
  list: (prefix: string) => Promise<string[]>;
  /** What failed in it, with reasons. */
  failures: (name: string) => Promise<string[]>;
  remove: (name: string) => Promise<void>;
}

/** The stacks of the account and region. */
export function stacksThrough(clients: AwsClients): Stacks {
  return {
    find: async (name) => findStack(clients, name),
    list: async (prefix) => listStacks(clients, prefix),
    failures: async (name) => stackFailures(clients, name),
    remove: async (name) => deleteStack(clients, name),
  };
}

/** Names of stacks, as eksctl gives them (its `pkg/cfn/manager` and `pkg/actions`). */
export const stackNameOf = {
  cluster: (cluster: string) => `eksctl-${cluster}-cluster`,
  nodeGroup: (cluster: string, group: string) => `eksctl-${cluster}-nodegroup-${group}`,
  accessEntry: (cluster: string, principalArn: string) =>
    `eksctl-${cluster}-accessentry-${base32(createHash('sha1').update(principalArn).digest())}`,
  podIdentity: (cluster: string, namespace: string, serviceAccount: string) =>
    `eksctl-${cluster}-podidentityrole-${namespace}-${serviceAccount}`,
  addonPodIdentity: (cluster: string, addon: string, serviceAccount: string) =>
    `eksctl-${cluster}-addon-${addon}-podidentityrole-${serviceAccount}`,
} as const;

/**
 * The stacks that eksctl makes in a change. Where what they are for is missing, they must be too: eksctl takes an access
 * entry whose stack is there for made, and fails to make any other stack again.
 */
export function stacksOf(change: ClusterChange, cluster: string): string[] {
  switch (change.kind) {
    case 'create node group':
      return [stackNameOf.nodeGroup(cluster, change.group.name)];
    case 'create access entries':
      return change.entries.map(({ principalARN }) => stackNameOf.accessEntry(cluster, principalARN));
    case 'create add-ons':
      return change.addons.flatMap(({ name, podIdentityAssociations: identities = [] }) =>
        identities.map((identity) =>
          stackNameOf.addonPodIdentity(cluster, name, identity.serviceAccountName),
        ),
      );
    case 'create pod identities':
      return change.associations.flatMap(({ namespace, serviceAccountName, roleARN }) =>
        roleARN === undefined ? [stackNameOf.podIdentity(cluster, namespace, serviceAccountName)] : [],
      );
    default:
      return [];
  }
}

/**
 * A stack of this cluster, if it is there.
 *
 * @throws ConflictError `ResourceConflict` where one of the name does not have our tag
 */
export async function findOurStack(
  stacks: Stacks,
  cluster: string,
  stackName: string,
): Promise<Stack | undefined> {
  const stack = await stacks.find(stackName);
  if (stack !== undefined && stack.tags[ownerTag] !== cluster) {
    throw foreignResource(`the stack ${stack.name}`, stack.tags[ownerTag], cluster);
  }
  return stack;
}

/**
 * A creation that failed leaves its stack behind, which the next one stumbles over. It says why, and goes.
 *
 * @throws UserError `ClusterFailed` where it cannot be deleted
 */
export async function clearFailedStack(
  options: Waiting & { stacks: Stacks },
  cluster: string,
  stackName: string,
): Promise<void> {
  const { stacks, say } = options;
  const stack = await findOurStack(stacks, cluster, stackName);
  if (stack === undefined) return;
  say(`an earlier creation left the stack ${stackName} (${stack.status}) and nothing that works:`);
  (await stacks.failures(stackName)).forEach((failure) => {
    say(`  ${failure}`);
  });
  say('it is deleted');
  await removeStack(options, stackName);
}

/**
 * Deletes a stack with what is in it, and waits until it is gone.
 *
 * @throws UserError `ClusterFailed` where something in it cannot be deleted
 */
export async function removeStack(
  options: Waiting & { stacks: Pick<Stacks, 'find' | 'failures' | 'remove'> },
  stackName: string,
): Promise<void> {
  const { stacks } = options;
  await stacks.remove(stackName);
  await settled(options, `the deletion of ${stackName}`, async () => {
    const now = await stacks.find(stackName);
    if (now === undefined || now.status === 'DELETE_COMPLETE') return { done: undefined };
    if (now.status === 'DELETE_FAILED') {
      const failures = await stacks.failures(stackName);
      throw new UserError(
        'ClusterFailed',
        `the stack ${stackName} could not be deleted: ${failures.slice(-3).join('; ')}. Remove what is named here, then retry.`,
      );
    }
    return { waiting: `the stack is ${now.status}` };
  });
}

/** RFC 4648 without padding: 20 bytes are 32 characters. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(parseInt(five, 2)))
    .join('');
}
