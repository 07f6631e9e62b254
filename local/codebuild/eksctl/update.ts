import { UpdateClusterConfigCommand, UpdateNodegroupConfigCommand } from '@aws-sdk/client-eks';
import type { LogType, NodegroupScalingConfig } from '@aws-sdk/client-eks';
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

/** Changes who reaches the endpoint, or what is logged: whatever of the two the document names. */
export async function setClusterConfig(
  { eks }: EksctlClients,
  config: ClusterConfig,
  say: Say,
): Promise<void> {
  const { name } = config.metadata;
  const types = config.cloudWatch?.clusterLogging?.enableTypes as LogType[] | undefined;
  if (config.vpc !== undefined) {
    await eks.send(
      new UpdateClusterConfigCommand({
        name,
        resourcesVpcConfig: {
          endpointPublicAccess: config.vpc.clusterEndpoints?.publicAccess ?? true,
          endpointPrivateAccess: config.vpc.clusterEndpoints?.privateAccess ?? false,
          ...(config.vpc.publicAccessCIDRs === undefined
            ? {}
            : { publicAccessCidrs: config.vpc.publicAccessCIDRs }),
        },
      }),
    );
    say('endpoint access set');
  }
  if (types !== undefined) {
    await eks.send(
      new UpdateClusterConfigCommand({ name, logging: { clusterLogging: [{ types, enabled: true }] } }),
    );
    say('log types set');
  }
}
