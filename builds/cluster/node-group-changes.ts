import type { NodeGroup } from '../../adapters/aws/eks-inventory';
import { besideOld, nodeGroupTags, type ManagedNodeGroup } from './node-groups';
import type { ClusterConfig } from './cluster-config';
import type { ObservedCluster, ClusterChange } from './cluster-change';

const settingsOf = (tags: Readonly<Record<string, string>>): string =>
  `${tags[nodeGroupTags.purpose] ?? ''} ${tags[nodeGroupTags.settings] ?? ''}`;

/** The node groups that are there and stay. */
export function keptGroups(desired: ClusterConfig, observed: ObservedCluster): NodeGroup[] {
  const wanted = new Set(desired.managedNodeGroups.map(({ tags }) => settingsOf(tags)));
  return observed.nodeGroups.filter(
    ({ tags, status }) => wanted.has(settingsOf(tags)) && status !== 'CREATE_FAILED',
  );
}

/** What must be done about the node groups: a group with other settings is made beside the old one, which then goes. */
export function nodeGroupChanges(desired: ClusterConfig, observed: ObservedCluster): ClusterChange[] {
  // Others may have made node groups in the cluster too. Ours have the tag.
  const ours = observed.nodeGroups.filter(({ tags }) => tags[nodeGroupTags.purpose] !== undefined);
  const failed = ours.filter(({ status }) => status === 'CREATE_FAILED');
  const kept = keptGroups(desired, observed);
  const standing = new Set(
    observed.nodeGroups.filter((group) => !failed.includes(group)).map(({ name }) => name),
  );
  const changes: ClusterChange[] = failed.map(({ name, issues }) => ({
    kind: 'remove failed node group',
    name,
    issues,
  }));
  for (const group of desired.managedNodeGroups) {
    const found = kept.find(({ tags }) => settingsOf(tags) === settingsOf(group.tags));
    if (found === undefined) {
      changes.push({ kind: 'create node group', group: standing.has(group.name) ? besideOld(group) : group });
    } else if (!sameScale(found.scale, group)) {
      const scale = {
        minSize: group.minSize,
        maxSize: group.maxSize,
        desiredSize: desiredSize(found.scale, group),
      };
      changes.push({ kind: 'scale node group', name: found.name, scale });
    }
  }
  const gone = ours.filter((group) => !kept.includes(group) && !failed.includes(group));
  return [...changes, ...gone.map(({ name }): ClusterChange => ({ kind: 'remove node group', name }))];
}

/** Where the cluster autoscaler looks after a group (by its own convention, this tag), the size within the limits is its. */
const autoscalerTag = 'k8s.io/cluster-autoscaler/enabled';

function sameScale(scale: NodeGroup['scale'], group: ManagedNodeGroup): boolean {
  return (
    scale.minSize === group.minSize &&
    scale.maxSize === group.maxSize &&
    scale.desiredSize === desiredSize(scale, group)
  );
}

function desiredSize(scale: NodeGroup['scale'], group: ManagedNodeGroup): number {
  const within = scale.desiredSize >= group.minSize && scale.desiredSize <= group.maxSize;
  return autoscalerTag in group.tags && within ? scale.desiredSize : group.desiredCapacity;
}
