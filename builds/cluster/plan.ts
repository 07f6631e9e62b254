import type { ClusterSettings, InstalledAddon, NodeGroup } from '../../adapters/aws/eks-inventory';
import { UserError } from '../../core/errors';
import type { AccessEntry } from './access';
import type { Addon, PodIdentityAssociation } from './addons';
import { besideOld, nodeGroupTags, type ManagedNodeGroup } from './node-groups';
import type { ClusterConfig } from './render';

/** What there is of a cluster. */
export interface ObservedCluster {
  settings: ClusterSettings;
  nodeGroups: readonly NodeGroup[];
  addons: readonly InstalledAddon[];
  /** Principals with an access entry. */
  accessEntries: ReadonlySet<string>;
  /** Service accounts with an identity, as `namespace/name`. */
  podIdentities: ReadonlySet<string>;
  /** Whether IAM knows the cluster as an OIDC provider. */
  hasOidcProvider: boolean;
}

/** One change of a cluster, in the order in which they are made. */
export type Step =
  | { kind: 'upgrade control plane'; to: string }
  | { kind: 'upgrade node group'; name: string; to: string }
  | { kind: 'update add-ons'; addons: Addon[] }
  | { kind: 'set endpoint access'; config: ClusterConfig['vpc'] }
  | { kind: 'set log types'; types: string[] }
  | { kind: 'encrypt secrets'; keyArn: string }
  | { kind: 'create OIDC provider' }
  | { kind: 'create access entries'; entries: AccessEntry[] }
  | { kind: 'create pod identities'; associations: PodIdentityAssociation[] }
  | { kind: 'create add-ons'; addons: Addon[] }
  | { kind: 'remove failed node group'; name: string; issues: string[] }
  | { kind: 'create node group'; group: ManagedNodeGroup }
  | { kind: 'scale node group'; name: string; scale: NodeGroup['scale'] }
  | { kind: 'remove node group'; name: string };

/**
 * What must be done to an active cluster of ours so that it is what the configuration asks for: nothing, if it is.
 *
 * Pure and total, apart from what EKS cannot do at all.
 *
 * @throws UserError `ClusterFailed` for a downgrade, or a change that EKS does not allow on an existing cluster
 */
export function planCluster(desired: ClusterConfig, observed: ObservedCluster): Step[] {
  const { settings } = observed;
  const upgrades = versionPath(settings.version, desired.metadata.version);
  const kept = keptGroups(desired, observed);
  return [
    ...planSettings(desired, settings),
    ...planAccess(desired, observed),
    ...upgrades.flatMap((to): Step[] => [
      { kind: 'upgrade control plane', to },
      { kind: 'update add-ons', addons: desired.addons },
      // Nodes may be behind the control plane, not before it, and by three versions at most: one after the other.
      ...kept.map(({ name }): Step => ({ kind: 'upgrade node group', name, to })),
    ]),
    ...planAddons(desired, observed, upgrades.length > 0),
    ...(upgrades.length > 0
      ? []
      : kept
          .filter(({ version }) => minor(version) < minor(desired.metadata.version))
          .map(({ name }): Step => ({ kind: 'upgrade node group', name, to: desired.metadata.version }))),
    ...planNodeGroups(desired, observed),
  ];
}

/** The minor versions from one to another, one at a time: EKS skips none. */
export function versionPath(from: string, to: string): string[] {
  const steps = minor(to) - minor(from);
  if (steps < 0) {
    throw new UserError(
      'ClusterFailed',
      `the cluster runs Kubernetes ${from}, the configuration asks for ${to}; EKS cannot go back. Set ` +
        `kubernetes_version to "${from}" or later.`,
    );
  }
  return Array.from({ length: steps }, (_, index) => `1.${minor(from) + index + 1}`);
}

/** 35 for 1.35. */
function minor(version: string): number {
  return Number(version.split('.')[1]);
}

function planSettings(desired: ClusterConfig, settings: ClusterSettings): Step[] {
  const steps: Step[] = [];
  const { keyARN } = desired.secretsEncryption;
  if (settings.secretsKeyArn === undefined) {
    steps.push({ kind: 'encrypt secrets', keyArn: keyARN });
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
    steps.push({ kind: 'set endpoint access', config: desired.vpc });
  }
  const types = desired.cloudWatch.clusterLogging.enableTypes;
  if (!sameSet(types, settings.logTypes)) steps.push({ kind: 'set log types', types });
  return steps;
}

function planAccess(desired: ClusterConfig, observed: ObservedCluster): Step[] {
  const entries = desired.accessConfig.accessEntries.filter(
    ({ principalARN }) => !observed.accessEntries.has(principalARN),
  );
  return [
    ...(observed.hasOidcProvider ? [] : [{ kind: 'create OIDC provider' } as const]),
    ...(entries.length > 0 ? [{ kind: 'create access entries', entries } as const] : []),
  ];
}

function planAddons(desired: ClusterConfig, observed: ObservedCluster, updated: boolean): Step[] {
  const installed = new Map(observed.addons.map((addon) => [addon.name, addon]));
  const missing = desired.addons.filter(({ name }) => !installed.has(name));
  const changed = desired.addons.filter((addon) => {
    const found = installed.get(addon.name);
    if (found === undefined || updated) return false;
    return (
      ['CREATE_FAILED', 'UPDATE_FAILED'].includes(found.status) ||
      !sameValues(addon.configurationValues, found.configurationValues)
    );
  });
  const associations = desired.iam.podIdentityAssociations.filter(
    ({ namespace, serviceAccountName }) =>
      !observed.podIdentities.has(`${namespace ?? ''}/${serviceAccountName}`),
  );
  return [
    ...(missing.length > 0 ? [{ kind: 'create add-ons', addons: missing } as const] : []),
    ...(changed.length > 0 ? [{ kind: 'update add-ons', addons: changed } as const] : []),
    ...(associations.length > 0 ? [{ kind: 'create pod identities', associations } as const] : []),
  ];
}

/** Configuration values are JSON; their spelling may differ. */
function sameValues(one: string | undefined, other: string | undefined): boolean {
  const canonical = (text: string | undefined): string => {
    try {
      return JSON.stringify(sorted(JSON.parse(text ?? '{}')));
    } catch {
      return text ?? '';
    }
  };
  return canonical(one) === canonical(other);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

const settingsOf = (tags: Readonly<Record<string, string>>): string =>
  `${tags[nodeGroupTags.purpose] ?? ''} ${tags[nodeGroupTags.settings] ?? ''}`;

/** The node groups that are there and stay. */
function keptGroups(desired: ClusterConfig, observed: ObservedCluster): NodeGroup[] {
  const wanted = new Set(desired.managedNodeGroups.map(({ tags }) => settingsOf(tags)));
  return observed.nodeGroups.filter(
    ({ tags, status }) => wanted.has(settingsOf(tags)) && status !== 'CREATE_FAILED',
  );
}

function planNodeGroups(desired: ClusterConfig, observed: ObservedCluster): Step[] {
  // Others may have made node groups in the cluster too. Ours have the tag.
  const ours = observed.nodeGroups.filter(({ tags }) => tags[nodeGroupTags.purpose] !== undefined);
  const failed = ours.filter(({ status }) => status === 'CREATE_FAILED');
  const kept = keptGroups(desired, observed);
  const standing = new Set(
    observed.nodeGroups.filter((group) => !failed.includes(group)).map(({ name }) => name),
  );
  const steps: Step[] = failed.map(({ name, issues }) => ({
    kind: 'remove failed node group',
    name,
    issues,
  }));
  for (const group of desired.managedNodeGroups) {
    const found = kept.find(({ tags }) => settingsOf(tags) === settingsOf(group.tags));
    if (found === undefined) {
      steps.push({ kind: 'create node group', group: standing.has(group.name) ? besideOld(group) : group });
    } else if (!sameScale(found.scale, group)) {
      const scale = {
        minSize: group.minSize,
        maxSize: group.maxSize,
        desiredSize: desiredSize(found.scale, group),
      };
      steps.push({ kind: 'scale node group', name: found.name, scale });
    }
  }
  const gone = ours.filter((group) => !kept.includes(group) && !failed.includes(group));
  return [...steps, ...gone.map(({ name }): Step => ({ kind: 'remove node group', name }))];
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

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(other);
  return new Set(one).size === set.size && one.every((item) => set.has(item));
}
