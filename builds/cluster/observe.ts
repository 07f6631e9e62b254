import type { AwsClients } from '../../adapters/aws/clients';
import {
  isOlderThanRole,
  listAccessEntries,
  type AccessEntryWithPolicies,
} from '../../adapters/aws/eks-access-entries';
import { roleCreatedAt } from '../../adapters/aws/iam';
import {
  listAddons,
  listNodeGroups,
  listPodIdentities,
  recommendedAddonVersion,
  readClusterSettings,
} from '../../adapters/aws/eks-inventory';
import { findOidcProvider } from '../../adapters/aws/oidc-providers';
import { ownerTag } from '../../core/naming';
import { isOfOurNodes } from './access-changes';
import { versionPath } from './cluster-changes';
import type { ClusterConfig } from './cluster-config';
import type { ObservedCluster } from './cluster-change';

const nothing: Omit<ObservedCluster, 'settings'> = {
  nodeGroups: [],
  addons: [],
  recommendedAddons: new Map(),
  accessEntries: [],
  podIdentities: [],
  hasOidcProvider: false,
};

/** Reads all of a cluster that a plan compares; `undefined` where there is none. Changes nothing. */
export async function observeCluster(
  clients: AwsClients,
  desired: ClusterConfig,
): Promise<ObservedCluster | undefined> {
  const { name } = desired.metadata;
  const settings = await readClusterSettings(clients, name);
  if (settings === undefined) return undefined;
  // Of a cluster that is on its way, EKS tells no more than that; of another's, no more matters.
  const isOurs = settings.tags[ownerTag] === name;
  if (!isOurs || !['ACTIVE', 'UPDATING'].includes(settings.status)) return { settings, ...nothing };
  const [nodeGroups, addons, accessEntries, podIdentities, recommendedAddons] = await Promise.all([
    listNodeGroups(clients, name),
    listAddons(clients, name),
    observeAccess(clients, name),
    listPodIdentities(clients, name),
    readRecommendedAddons(clients, desired, settings.version),
  ]);
  const { oidcIssuer: issuer } = settings;
  return {
    settings,
    nodeGroups,
    addons,
    recommendedAddons,
    accessEntries,
    podIdentities,
    hasOidcProvider: issuer !== undefined && (await findOidcProvider(clients, issuer)) !== undefined,
  };
}

/** Whether an entry is one of ours that would be dead once its role was re-created: of people, programs and Karpenter's nodes. */
export const diesWithItsRole = (entry: AccessEntryWithPolicies, name: string): boolean =>
  entry.owner === name && (entry.type === 'STANDARD' || isOfOurNodes(entry));

/** The access entries; of those of ours, whether they are dead. */
async function observeAccess(clients: AwsClients, name: string): Promise<AccessEntryWithPolicies[]> {
  const entries = await listAccessEntries(clients, name);
  return Promise.all(
    entries.map(async (entry) => {
      if (
        !diesWithItsRole(entry, name) ||
        !isOlderThanRole(entry, await roleCreatedAt(clients, entry.principalArn))
      )
        return entry;
      return { ...entry, isDead: true };
    }),
  );
}

/** The add-ons' versions for each Kubernetes on the way from the present to the configured one. */
async function readRecommendedAddons(
  clients: AwsClients,
  { metadata, addons }: ClusterConfig,
  present: string,
): Promise<ObservedCluster['recommendedAddons']> {
  const recommended = new Map<string, Map<string, string>>();
  for (const kubernetes of new Set([metadata.version, ...versionPath(present, metadata.version)])) {
    const versions = new Map<string, string>();
    for (const { name } of addons) {
      const version = await recommendedAddonVersion(clients, name, kubernetes);
      if (version !== undefined) versions.set(name, version);
    }
    recommended.set(kubernetes, versions);
  }
  return recommended;
}
