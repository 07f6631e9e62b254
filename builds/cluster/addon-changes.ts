import { foreignResource } from '../../adapters/aws/errors';
import { removableAddons, type Addon } from './addons';
import type { ClusterConfig } from './cluster-config';
import type { ObservedCluster, ClusterChange } from './cluster-change';

/**
 * The add-ons with the versions that EKS recommends for a version of Kubernetes. They are named in every update: without
 * a version, eksctl keeps the one that is there.
 */
export function addonsFor(
  kubernetesVersion: string,
  addons: readonly Addon[],
  { recommendedAddons }: ObservedCluster,
): Addon[] {
  const versions = recommendedAddons.get(kubernetesVersion);
  return addons.map((addon) => {
    const version = versions?.get(addon.name);
    return version === undefined ? addon : { ...addon, version };
  });
}

/**
 * What must be done about add-ons of ours that no setting asks for any more. One without our tag is somebody else's: it is left
 * alone, and in the way where one of its name is wanted.
 *
 * @throws ConflictError `ResourceConflict` for one that is in the way
 */
export function addonRemovals(desired: ClusterConfig, observed: ObservedCluster): ClusterChange[] {
  const deployment = desired.metadata.name;
  return removableAddons.flatMap(({ name, serviceAccount }): ClusterChange[] => {
    const present = observed.addons.find((addon) => addon.name === name);
    if (present === undefined) return [];
    const isWanted = desired.addons.some((addon) => addon.name === name);
    if (isWanted && present.owner !== deployment)
      throw foreignResource(`the add-on ${name} of the cluster ${deployment}`, present.owner, deployment);
    return isWanted || present.owner !== deployment ? [] : [{ kind: 'remove add-on', name, serviceAccount }];
  });
}

/** What must be done about the add-ons of a cluster that runs the configured Kubernetes. */
export function addonChanges(
  desired: ClusterConfig,
  observed: ObservedCluster,
  updated: boolean,
): ClusterChange[] {
  const installed = new Map(observed.addons.map((addon) => [addon.name, addon]));
  // One that could not be created counts as none, to eksctl too.
  const isMissing = ({ name }: Addon): boolean =>
    [undefined, 'CREATE_FAILED'].includes(installed.get(name)?.status);
  const missing = desired.addons.filter(isMissing);
  const present = desired.addons.filter((addon) => !isMissing(addon));
  const changed = addonsFor(desired.metadata.version, present, observed).filter((addon) => {
    const found = installed.get(addon.name);
    if (found === undefined || updated) return false;
    return (
      found.status === 'UPDATE_FAILED' ||
      isOlder(found.version, addon.version) ||
      !sameValues(addon.configurationValues, found.configurationValues)
    );
  });
  // What differs in its values only keeps a version that somebody chose to be ahead.
  const updates = changed.map(({ version, ...addon }) => {
    const kept = installed.get(addon.name)?.version;
    return version === undefined || isOlder(kept, version)
      ? { ...addon, ...(version && { version }) }
      : addon;
  });
  return [
    ...(missing.length > 0 ? [{ kind: 'create add-ons', addons: missing } as const] : []),
    ...(updates.length > 0 ? [{ kind: 'update add-ons', addons: updates } as const] : []),
  ];
}

/** Whether a version such as `v1.19.2-eksbuild.5` comes before another. */
function isOlder(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const numbers = (version: string): number[] => (version.match(/\d+/g) ?? []).map(Number);
  const [before, after] = [numbers(one), numbers(other)];
  const index = after.findIndex((number, position) => number !== (before[position] ?? 0));
  return index >= 0 && (before[index] ?? 0) < (after[index] ?? 0);
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
