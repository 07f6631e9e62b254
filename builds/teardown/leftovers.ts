import type { AwsClients } from '../../adapters/aws/clients';
import { isAwsError } from '../../adapters/aws/errors';
import {
  findInstancesOf,
  findLaunchTemplatesOf,
  findLoadBalancersOf,
  findSecurityGroupsOf,
  findTargetGroupsOf,
  findVolumesOf,
  type Leftover,
} from '../../adapters/aws/leftovers';
import type { Leave } from '../support/left-output';
import type { Say } from '../support/say';
import { settle } from '../support/settle';

/** How long something that still uses a leftover is waited for: a load balancer's network interfaces take minutes. */
const patienceSeconds = 300;

interface SweepOptions {
  clients: AwsClients;
  deployment: string;
  say: Say;
  leave: Leave;
  timeoutSeconds?: number;
  pollMs?: number;
}

/**
 * Removes the load balancers that the cluster's controller left, because it did not run any more or because nobody was
 * let into the cluster. Before the cluster goes: their network interfaces would hold its subnets and security groups.
 */
export async function sweepLoadBalancers(options: SweepOptions): Promise<void> {
  const { clients, deployment } = options;
  await sweep('load balancer', await findLoadBalancersOf(clients, deployment), options);
  await sweep('target group', await findTargetGroupsOf(clients, deployment), options);
}

/**
 * Ends the machines that Karpenter made and left, because it did not run any more or because nobody was let into the
 * cluster, and waits until they have ended. Before the cluster goes: their network interfaces would hold its subnets and
 * security groups.
 */
export async function sweepInstances(options: SweepOptions): Promise<void> {
  const { clients, deployment, say, leave, timeoutSeconds = patienceSeconds, pollMs = 10_000 } = options;
  const asked = new Set<string>();
  await settle(
    async () => {
      const instances = await findInstancesOf(clients, deployment);
      for (const { id, remove, isEnding } of instances) {
        if (isEnding || asked.has(id)) continue;
        asked.add(id);
        say(`the instance ${id} was left: ending it`);
        await remove();
      }
      return instances.length === 0
        ? { done: undefined }
        : { waiting: `${instances.map(({ id }) => id).join(', ')} must end` };
    },
    {
      ...{ deadline: Date.now() + timeoutSeconds * 1000, poll: pollMs, say },
      late: async () => {
        for (const { id } of await findInstancesOf(clients, deployment))
          leave({ what: `the instance ${id}`, why: 'it did not end in time; look whether it has' });
      },
    },
  );
  await sweep('launch template', await findLaunchTemplatesOf(clients, deployment), options);
}

/**
 * Removes what can go only after the cluster: security groups of load balancers, and volumes that the storage driver
 * should have deleted and could not. Other volumes of the cluster are named and stay, since somebody may have set them
 * to be retained.
 *
 * @param doomed ids of the volumes that the cluster said were to be deleted
 */
export async function sweepAfterCluster(doomed: ReadonlySet<string>, options: SweepOptions): Promise<void> {
  const { clients, deployment, leave } = options;
  await sweep('security group', await findSecurityGroupsOf(clients, deployment), options);
  const volumes = await findVolumesOf(clients, deployment);
  await sweep(
    'volume',
    volumes.filter(({ id }) => doomed.has(id)),
    options,
  );
  const rest = volumes.filter(({ id }) => !doomed.has(id)).map(({ id }) => id);
  if (rest.length > 0)
    leave({
      what: `${rest.length} volumes of ${deployment}: ${rest.join(', ')}`,
      why: 'the cluster did not say that they were to be deleted; if nobody needs their data, delete them in EC2',
    });
}

/** Removes each, waits while something uses it, and says what stays. */
async function sweep(
  kind: string,
  leftovers: readonly Leftover[],
  { say, leave, timeoutSeconds = patienceSeconds, pollMs = 10_000 }: SweepOptions,
): Promise<void> {
  for (const { id, remove } of leftovers) {
    say(`the ${kind} ${id} was left: deleting it`);
    await settle(
      async () => {
        try {
          await remove();
        } catch (error) {
          if (isAwsError(error, ...inUse)) return { waiting: `the ${kind} ${id} is still in use` };
          if (!isAwsError(error, ...gone)) throw error;
        }
        return { done: undefined };
      },
      {
        ...{ deadline: Date.now() + timeoutSeconds * 1000, poll: pollMs, say },
        late: (waiting) => {
          leave({ what: `the ${kind} ${id}`, why: `${waiting}; delete it when it is not` });
        },
      },
    );
  }
}

const gone = [
  'LoadBalancerNotFoundException',
  'TargetGroupNotFoundException',
  'InvalidGroup.NotFound',
  'InvalidVolume.NotFound',
  'InvalidLaunchTemplateId.NotFound',
];
const inUse = ['DependencyViolation', 'InvalidGroup.InUse', 'VolumeInUse', 'ResourceInUseException'];
