import type { AwsClients } from '../../adapters/aws/clients';
import {
  deleteAddon,
  describeDeletion,
  describeUpdate,
  updateAddon,
  upgradeNodeGroup,
  type StartedUpdate,
} from '../../adapters/aws/eks-part-updates';
import { UserError } from '../../core/errors';
import type { ClusterChange } from './cluster-change';
import { settled, type Waiting } from './settled';
import { defined } from '../../core/defined';

/** A change of parts that are there. */
export type PartUpdate = Extract<
  ClusterChange,
  { kind: 'update add-ons' | 'upgrade node group' | 'remove add-on' }
>;

/** Whether a change is done through the EKS API, and not by eksctl. */
export function isPartUpdate(change: ClusterChange): change is PartUpdate {
  return (
    ['update add-ons', 'upgrade node group', 'remove add-on'] satisfies PartUpdate['kind'][] as string[]
  ).includes(change.kind);
}

/**
 * Changes add-ons and node groups, and removes add-ons, through the EKS API, one after the other. eksctl would make a change set of the stacks
 * behind them, with the stack's tags and then again its own: a key twice (eksctl 0.230, `pkg/cfn/manager/api.go`,
 * doCreateChangeSetRequest), which CloudFormation has begun to refuse (docs/adr/0080).
 *
 * @throws UserError `ClusterFailed` with EKS' reasons where it fails
 */
export function partUpdater(clients: AwsClients, cluster: string, waiting: Waiting) {
  const finish = async (what: string, begun: StartedUpdate): Promise<void> => {
    await settled(waiting, `the update of ${what}`, async () => {
      const { status, errors } = await describeUpdate(clients, cluster, begun);
      if (status === 'InProgress') return { waiting: `it is ${status}` };
      if (status === 'Successful') return { done: undefined };
      throw new UserError(
        'ClusterFailed',
        `the update of ${what} is ${status}: ${errors.join('; ') || 'EKS says no reason'}. Remove the cause and retry this step.`,
      );
    });
    waiting.say(`${what} is updated`);
  };
  const remove = async (name: string): Promise<void> => {
    await deleteAddon(clients, cluster, name);
    await settled(waiting, `the deletion of the add-on ${name}`, async () => {
      const found = await describeDeletion(clients, cluster, name);
      if (found === undefined) return { done: undefined };
      if (found.status !== 'DELETE_FAILED') return { waiting: `it is ${found.status}` };
      throw new UserError(
        'ClusterFailed',
        `the add-on ${name} could not be deleted: ${found.issues.join('; ') || 'EKS says no reason'}. Remove the cause and retry this step.`,
      );
    });
    waiting.say(`the add-on ${name} is gone`);
  };
  return async (update: PartUpdate): Promise<void> => {
    if (update.kind === 'remove add-on') {
      await remove(update.name);
      return;
    }
    if (update.kind === 'upgrade node group') {
      const { name, to } = update;
      await finish(`the node group ${name}`, await upgradeNodeGroup(clients, cluster, name, to));
      return;
    }
    for (const { name, version, configurationValues } of update.addons) {
      const begun = await updateAddon(clients, cluster, {
        name,
        ...defined({ version, configurationValues }),
      });
      await finish(`the add-on ${name}`, begun);
    }
  };
}
