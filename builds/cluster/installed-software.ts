import type { AwsClients } from '../../adapters/aws/clients';
import type { Cluster } from '../../adapters/aws/eks';
import { readRegistration } from '../../adapters/aws/registry';
import type { BuildConfiguration } from '../../core/configuration';
import { buildEnvironment } from '../../core/handover/build-environment';
import {
  kubeflowOf,
  kubeflowSoftwareSchema,
  versionChanges,
  type KubeflowSoftware,
  type VersionChange,
} from '../../core/upgrades/software';

/** What a deployment has that was registered by a release which did not note it: any Kubeflow is another. */
const notNoted: KubeflowSoftware = { version: null, source: 'unknown' };

/**
 * Which versions a provisioning of the configuration changes: Kubernetes by the cluster itself, Kubeflow by what the last
 * provisioning has registered. Nothing of a cluster that is not there, is somebody else's, or is made anew.
 */
export async function findVersionChanges(
  clients: AwsClients,
  configuration: BuildConfiguration,
  cluster: Pick<Cluster, 'version' | 'status' | 'owner'> | undefined,
): Promise<VersionChange[]> {
  const { eks_name: name } = configuration;
  if (cluster?.owner !== name || !['ACTIVE', 'UPDATING'].includes(cluster.status)) return [];
  const table = buildEnvironment().REGISTRY_TABLE;
  const registration = table === undefined ? undefined : await readRegistration(clients, table, name);
  const kubeflow =
    registration && (kubeflowSoftwareSchema.safeParse(registration.row['kubeflow']).data ?? notNoted);
  return versionChanges(
    { kubernetes: cluster.version === '' ? undefined : cluster.version, kubeflow },
    { kubernetes: configuration.kubernetes_version, kubeflow: kubeflowOf(configuration.kubeflow) },
  );
}
