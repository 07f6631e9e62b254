import type { AwsClients } from '../../adapters/aws/clients';
import { findCluster } from '../../adapters/aws/eks';
import { findAccessEntry } from '../../adapters/aws/eks-access-entries';
import {
  listAddons,
  listNodeGroups,
  listPodIdentities,
  readClusterSettings,
} from '../../adapters/aws/eks-inventory';
import { findOidcProvider } from '../../adapters/aws/oidc-providers';
import type { ObservedCluster } from './plan';
import type { ClusterConfig } from './render';

/** Reads all of a cluster that a plan compares; `undefined` where there is none. Changes nothing. */
export async function observeCluster(
  clients: AwsClients,
  desired: ClusterConfig,
): Promise<ObservedCluster | undefined> {
  const { name } = desired.metadata;
  const settings = await readClusterSettings(clients, name);
  if (settings === undefined) return undefined;
  const [nodeGroups, addons, podIdentities, cluster] = await Promise.all([
    listNodeGroups(clients, name),
    listAddons(clients, name),
    listPodIdentities(clients, name),
    findCluster(clients, name),
  ]);
  const accessEntries = new Set<string>();
  for (const { principalARN } of desired.accessConfig.accessEntries) {
    if ((await findAccessEntry(clients, name, principalARN)) !== undefined) accessEntries.add(principalARN);
  }
  const issuer = cluster?.oidcIssuer;
  return {
    settings,
    nodeGroups,
    addons,
    accessEntries,
    podIdentities: new Set(podIdentities),
    hasOidcProvider: issuer !== undefined && (await findOidcProvider(clients, issuer)) !== undefined,
  };
}
