import type { ClusterChange, ObservedCluster } from '../../../builds/cluster/cluster-change';
import type { ClusterConfig } from '../../../builds/cluster/cluster-config';
import { after } from './observed';

/** What a change makes of a cluster, as EKS and eksctl do it. */
export function perform(
  cluster: ObservedCluster,
  change: ClusterChange,
  desired: ClusterConfig,
): ObservedCluster {
  const target = after(desired);
  const { settings, nodeGroups, addons, accessEntries, podIdentities } = cluster;
  switch (change.kind) {
    case 'upgrade control plane':
      return { ...cluster, settings: { ...settings, version: change.to } };
    case 'upgrade node group':
      return {
        ...cluster,
        nodeGroups: nodeGroups.map((group) =>
          group.name === change.name ? { ...group, version: change.to } : group,
        ),
      };
    case 'set endpoint access':
      return { ...cluster, settings: { ...settings, endpoint: target.settings.endpoint } };
    case 'set log types':
      return { ...cluster, settings: { ...settings, logTypes: target.settings.logTypes } };
    case 'encrypt secrets':
      return { ...cluster, settings: { ...settings, secretsKeyArn: change.keyArn } };
    case 'create OIDC provider':
      return { ...cluster, hasOidcProvider: true };
    case 'update add-ons':
    case 'create add-ons': {
      const changed = new Set(change.addons.map(({ name }) => name));
      const made = target.addons.filter(({ name }) => changed.has(name));
      return { ...cluster, addons: [...addons.filter(({ name }) => !changed.has(name)), ...made] };
    }
    case 'remove add-on':
      return { ...cluster, addons: addons.filter(({ name }) => name !== change.name) };
    case 'create access entries':
    case 'correct access entry': {
      const arns =
        change.kind === 'correct access entry'
          ? [change.correction.principalArn]
          : change.entries.map(({ principalARN }) => principalARN);
      const made = target.accessEntries.filter(({ principalArn }) => arns.includes(principalArn));
      const kept = accessEntries.filter(({ principalArn }) => !arns.includes(principalArn));
      return { ...cluster, accessEntries: [...kept, ...made] };
    }
    case 'remove access entry':
      return {
        ...cluster,
        accessEntries: accessEntries.filter(({ principalArn }) => principalArn !== change.principalArn),
      };
    case 'remove pod identity':
      return {
        ...cluster,
        podIdentities: podIdentities.filter(({ serviceAccount }) => serviceAccount !== change.serviceAccount),
      };
    case 'create pod identities':
      return { ...cluster, podIdentities: target.podIdentities };
    case 'create node group': {
      const [made] = after({ ...desired, managedNodeGroups: [change.group] }).nodeGroups;
      return { ...cluster, nodeGroups: [...nodeGroups, ...(made === undefined ? [] : [made])] };
    }
    case 'scale node group':
      return {
        ...cluster,
        nodeGroups: nodeGroups.map((group) =>
          group.name === change.name ? { ...group, scale: change.scale } : group,
        ),
      };
    case 'remove node group':
    case 'remove failed node group':
      return { ...cluster, nodeGroups: nodeGroups.filter(({ name }) => name !== change.name) };
  }
}

/** A cluster without what two ways to the same end may differ in: names and tags of replaced node groups, and order. */
export function essence({
  settings,
  nodeGroups,
  addons,
  accessEntries,
  podIdentities,
}: ObservedCluster): unknown {
  const sorted = (list: readonly object[]): string[] => list.map((item) => JSON.stringify(item)).sort();
  const { tags: _, ...rest } = settings;
  return {
    settings: rest,
    nodeGroups: sorted(
      nodeGroups.map(({ version, scale, tags }) => ({
        version,
        scale,
        settings: tags['kubeflow-eks:node-group-settings'],
      })),
    ),
    addons: sorted(addons),
    accessEntries: sorted(accessEntries),
    podIdentities: sorted(podIdentities),
  };
}
