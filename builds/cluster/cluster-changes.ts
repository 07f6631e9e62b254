import type { ClusterSettings } from '../../adapters/aws/eks-inventory';
import { UserError } from '../../core/errors';
import { minorOf } from '../../core/kubernetes-version';
import type { Addon } from './addons';
import { accessChanges, podIdentityChanges } from './access-changes';
import { addonsFor, addonChanges, addonRemovals } from './addon-changes';
import { keptGroups, nodeGroupChanges } from './node-group-changes';
import type { ClusterConfig } from './cluster-config';
import type { ObservedCluster, ClusterChange } from './cluster-change';

/**
 * What must be done to an active cluster of ours so that it is what the configuration asks for: nothing, if it is.
 *
 * Pure and total, apart from what EKS cannot do at all.
 *
 * @throws UserError `ClusterFailed` for a downgrade, or a change that EKS does not allow on an existing cluster
 */
export function changesOf(desired: ClusterConfig, observed: ObservedCluster): ClusterChange[] {
  const { settings } = observed;
  const upgrades = versionPath(settings.version, desired.metadata.version);
  const kept = keptGroups(desired, observed);
  const installed = installedAddons(desired, observed);
  const updateAddons = (to: string): ClusterChange[] =>
    installed.length > 0 ? [{ kind: 'update add-ons', addons: addonsFor(to, installed, observed) }] : [];
  return [
    ...settingChanges(desired, settings),
    ...accessChanges(desired, observed),
    // Before an upgrade, which would leave it behind.
    ...addonRemovals(desired, observed),
    ...upgrades.flatMap((to): ClusterChange[] => [
      { kind: 'upgrade control plane', from: `1.${minorOf(to) - 1}`, to },
      ...updateAddons(to),
      // Nodes may be behind the control plane, not before it, and by three versions at most: one after the other.
      ...kept.map(({ name }): ClusterChange => ({ kind: 'upgrade node group', name, to })),
    ]),
    ...addonChanges(desired, observed, upgrades.length > 0),
    ...podIdentityChanges(desired, observed),
    ...(upgrades.length > 0
      ? []
      : kept
          .filter(({ version }) => minorOf(version) < minorOf(desired.metadata.version))
          .map(({ name }): ClusterChange => ({
            kind: 'upgrade node group',
            name,
            to: desired.metadata.version,
          }))),
    ...nodeGroupChanges(desired, observed),
  ];
}

/** The minor versions from one to another, one at a time: EKS skips none. */
export function versionPath(from: string, to: string): string[] {
  const steps = minorOf(to) - minorOf(from);
  if (steps < 0) {
    throw new UserError(
      'ClusterFailed',
      `the cluster runs Kubernetes ${from}, the configuration asks for ${to}; EKS cannot go back. Set ` +
        `kubernetes_version to "${from}" or later.`,
    );
  }
  return Array.from({ length: steps }, (_, index) => `1.${minorOf(from) + index + 1}`);
}

function settingChanges(desired: ClusterConfig, settings: ClusterSettings): ClusterChange[] {
  const changes: ClusterChange[] = [];
  const { keyARN } = desired.secretsEncryption;
  if (settings.secretsKeyArn === undefined) {
    changes.push({ kind: 'encrypt secrets', keyArn: keyARN });
  } else if (settings.secretsKeyArn !== keyARN) {
    throw new UserError(
      'ClusterFailed',
      `the cluster's secrets are encrypted with ${settings.secretsKeyArn}, the configuration names ${keyARN}; EKS cannot ` +
        'change the key of a cluster. Set kms_key_arn to the former, or make a new cluster.',
    );
  }
  const { clusterEndpoints, publicAccessCIDRs } = desired.vpc;
  const sameRanges =
    publicAccessCIDRs === undefined || sameSet(publicAccessCIDRs, settings.endpoint.publicCidrs);
  if (
    clusterEndpoints.publicAccess !== settings.endpoint.publicAccess ||
    clusterEndpoints.privateAccess !== settings.endpoint.privateAccess ||
    !sameRanges
  ) {
    changes.push({ kind: 'set endpoint access', config: desired.vpc });
  }
  const types = desired.cloudWatch.clusterLogging.enableTypes;
  if (!sameSet(types, settings.logTypes)) changes.push({ kind: 'set log types', types });
  return changes;
}

/** Of the add-ons those that can be brought along; what is missing is made afterwards. */
function installedAddons(desired: ClusterConfig, { addons }: ObservedCluster): Addon[] {
  const there = new Set(addons.flatMap(({ name, status }) => (status === 'CREATE_FAILED' ? [] : name)));
  return desired.addons.filter(({ name }) => there.has(name));
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(other);
  return new Set(one).size === set.size && one.every((item) => set.has(item));
}
