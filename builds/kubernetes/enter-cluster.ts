import { join } from 'node:path';
import type { AwsClients } from '../../adapters/aws/clients';
import { connectToCluster } from '../../adapters/aws/cluster-access';
import { buildEnvironment } from '../../core/handover/build-environment';
import type { ClusterAddress } from '../../core/handover/cluster';
import { run } from '../support/command';
import { clusterObjects, patientClient } from './cluster-objects';
import { kubeconfig, writeKubeconfig } from './kubeconfig';
import { kubectl as kubectlOf, type Kubectl, type KubectlProgram } from './kubectl';

/** A cluster that a build has entered: the file by which kubectl and helm reach it, and what is asked of it here. */
export interface EnteredCluster<K = Kubectl> {
  file: string;
  kubectl: K;
}

/** Writes what kubectl needs to reach a cluster, with the token program that stands beside the build's own. */
export async function enterByKubectl(
  cluster: ClusterAddress,
  region: string,
): Promise<EnteredCluster<KubectlProgram>> {
  const file = join(buildEnvironment().CODEBUILD_SRC_DIR ?? process.cwd(), '.kube', 'config');
  await writeKubeconfig(file, kubeconfig(cluster, region, join(__dirname, '..', 'eks-token', 'build.js')));
  return { file, kubectl: kubectlOf(run, file) };
}

/** The same, with a connection of its own beside kubectl, which lasts as long as the build. */
export async function enterCluster(clients: AwsClients, cluster: ClusterAddress): Promise<EnteredCluster> {
  const { file, kubectl } = await enterByKubectl(cluster, clients.region);
  const client = connectToCluster(clients, cluster, patientClient);
  return { file, kubectl: { ...kubectl, ...clusterObjects(client) } };
}
