import { EKSClient } from '@aws-sdk/client-eks';
import type { ClusterAddress } from '../../core/handover/cluster';
import { createKubernetesClient, type KubernetesClient } from '../kubernetes/client';
import type { KubernetesClientOptions } from '../kubernetes/exchange';
import { createEksToken } from '../kubernetes/eks-token';
import type { AwsClients } from './clients';

/** Tokens for a cluster that show the AWS identity of the clients. */
export function eksToken(clients: AwsClients, clusterName: string): ReturnType<typeof createEksToken> {
  const { credentials } = clients.get(EKSClient).config;
  return createEksToken({ clusterName, region: clients.region, credentials: async () => credentials() });
}

/** A client of a cluster's Kubernetes API that shows itself with the AWS identity of the clients. Close it. */
export function connectToCluster(
  clients: AwsClients,
  cluster: ClusterAddress,
  options: Pick<KubernetesClientOptions, 'timeoutMs' | 'tellsServerErrors'> = {},
): KubernetesClient {
  return createKubernetesClient({
    ...options,
    endpoint: cluster.endpoint,
    caPem: Buffer.from(cluster.certificateAuthority, 'base64').toString('utf8'),
    token: eksToken(clients, cluster.name),
  });
}
