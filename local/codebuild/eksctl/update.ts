import {
  AssociateEncryptionConfigCommand,
  UpdateClusterConfigCommand,
  UpdateClusterVersionCommand,
  UpdateNodegroupConfigCommand,
  UpdateNodegroupVersionCommand,
  type LogType,
  type NodegroupScalingConfig,
} from '@aws-sdk/client-eks';
import type { EksctlClients, Say } from './clients';
import type { ClusterConfig } from './cluster-config';

/** Changes the size of a node group. */
export async function scaleNodeGroup(
  { eks }: EksctlClients,
  clusterName: string,
  nodegroupName: string,
  scalingConfig: NodegroupScalingConfig,
): Promise<void> {
  await eks.send(new UpdateNodegroupConfigCommand({ clusterName, nodegroupName, scalingConfig }));
}

/** Brings the control plane to the next version of Kubernetes. */
export async function upgradeCluster({ eks }: EksctlClients, name: string, version: string): Promise<void> {
  await eks.send(new UpdateClusterVersionCommand({ name, version }));
}

/** Brings a node group to a version that the control plane has already. */
export async function upgradeNodeGroup(
  { eks }: EksctlClients,
  clusterName: string,
  nodegroupName: string,
  version: string,
): Promise<void> {
  await eks.send(new UpdateNodegroupVersionCommand({ clusterName, nodegroupName, version }));
}

/** Encrypts the secrets of a cluster that has them in the clear. On AWS, eksctl also writes every Secret again. */
export async function encryptSecrets(
  { eks }: EksctlClients,
  clusterName: string,
  keyArn: string,
): Promise<void> {
  await eks.send(
    new AssociateEncryptionConfigCommand({
      clusterName,
      encryptionConfig: [{ provider: { keyArn } }],
    }),
  );
}

/** Sets who reaches the API server. */
export async function setEndpointAccess(
  { eks }: EksctlClients,
  { metadata, vpc }: ClusterConfig,
  say: Say,
): Promise<void> {
  await eks.send(
    new UpdateClusterConfigCommand({
      name: metadata.name,
      resourcesVpcConfig: {
        endpointPublicAccess: vpc?.clusterEndpoints?.publicAccess ?? true,
        endpointPrivateAccess: vpc?.clusterEndpoints?.privateAccess ?? false,
        ...(vpc?.publicAccessCIDRs !== undefined && { publicAccessCidrs: vpc.publicAccessCIDRs }),
      },
    }),
  );
  say('endpoint access set');
}

const logTypes: LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** Sets what is logged: the configured types, and no others. */
export async function setLogTypes(
  { eks }: EksctlClients,
  { metadata, cloudWatch }: ClusterConfig,
  say: Say,
): Promise<void> {
  const wanted = cloudWatch?.clusterLogging?.enableTypes ?? [];
  const types = logTypes.filter((type) => wanted.includes(type));
  const others = logTypes.filter((type) => !wanted.includes(type));
  const clusterLogging = [
    { types, enabled: true },
    { types: others, enabled: false },
  ].filter((setup) => setup.types.length > 0);
  await eks.send(new UpdateClusterConfigCommand({ name: metadata.name, logging: { clusterLogging } }));
  say('log types set');
}
