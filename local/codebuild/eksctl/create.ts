import type { EksctlClients, Say } from './clients';
import { subnetIds, type ClusterConfig, type ManagedNodeGroup } from './cluster-config';
import { ensureRole, roleArnOf } from './identities';
import { clusterStackName, createStack, nodeGroupStackName, roleResource, stackTags } from './stacks';
import { defined } from '../../../core/defined';

/** Creates the control plane in its stack and waits until it is active. */
export async function createCluster(clients: EksctlClients, config: ClusterConfig, say: Say): Promise<void> {
  const { name, version } = config.metadata;
  const enabled = config.cloudWatch?.clusterLogging?.enableTypes ?? [];
  const types =
    enabled.includes('*') || enabled.includes('all')
      ? ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']
      : enabled;
  const { clusterEndpoints, publicAccessCIDRs: publicAccessCidrs } = config.vpc ?? {};
  const keyArn = config.secretsEncryption?.keyARN;
  say(`creating cluster ${name} (Kubernetes ${version ?? 'default'}) in the region's EKS`);
  const properties = {
    name,
    ...defined({ version }),
    roleArn:
      config.iam?.serviceRoleARN ??
      (await ensureRole(clients.iam, `eksctl-${name}-cluster-ServiceRole`, undefined)),
    resourcesVpcConfig: {
      subnetIds: [...subnetIds(config, 'private'), ...subnetIds(config, 'public')],
      endpointPublicAccess: clusterEndpoints?.publicAccess ?? true,
      endpointPrivateAccess: clusterEndpoints?.privateAccess ?? false,
      ...defined({ publicAccessCidrs }),
    },
    ...(keyArn !== undefined && { encryptionConfig: [{ provider: { keyArn } }] }),
    logging: { clusterLogging: [{ types, enabled: types.length > 0 }] },
  };
  const resources = { ControlPlane: { Type: 'AWS::EKS::Cluster', Properties: properties } } as const;
  await createStack(clients, clusterStackName(name), resources, stackTags(config.metadata), say);
  say(`cluster ${name} is active`);
}

/** Makes managed node groups, each in its stack. */
export async function createNodeGroups(
  clients: EksctlClients,
  config: ClusterConfig,
  say: Say,
): Promise<void> {
  const { name, tags: shared = {} } = config.metadata;
  for (const group of config.managedNodeGroups ?? []) {
    // As eksctl does (`pkg/cfn/builder/managed_nodegroup.go`), before the stack gets them beside the cluster's.
    const tags = { ...shared, ...group.tags };
    // It puts them into the launch template beside a `Name` of its own (`managed_launch_template.go`).
    if ('Name' in tags) throw new Error("Duplicate tag key 'Name' specified.");
    const { instanceRoleARN: given, instanceRolePermissionsBoundary: boundary } = group.iam ?? {};
    const roleName = (group.iam?.instanceRoleName ?? `eksctl-${name}-nodegroup-${group.name}`).slice(0, 64);
    const roleArn = given ?? (await roleArnOf(clients, roleName));
    const properties = nodeGroupProperties(config, { ...group, tags }, roleArn);
    const resources = {
      ...(given === undefined && { NodeInstanceRole: roleResource(roleName, boundary) }),
      ManagedNodeGroup: { Type: 'AWS::EKS::Nodegroup', Properties: properties },
    } as const;
    await createStack(
      clients,
      nodeGroupStackName(name, group.name),
      resources,
      stackTags(config.metadata, tags),
      say,
    );
    say(`node group ${group.name} created`);
  }
}

function nodeGroupProperties(
  config: ClusterConfig,
  group: ManagedNodeGroup,
  nodeRole: string,
): Record<string, unknown> {
  const { name } = config.metadata;
  return {
    clusterName: name,
    nodegroupName: group.name,
    ...defined({ version: config.metadata.version }),
    subnets: subnetIds(config, group.privateNetworking === false ? 'public' : 'private'),
    nodeRole,
    instanceTypes: group.instanceTypes ?? [],
    scalingConfig: {
      minSize: group.minSize ?? 1,
      maxSize: group.maxSize ?? 1,
      desiredSize: group.desiredCapacity ?? group.minSize ?? 1,
    },
    ...defined({ diskSize: group.volumeSize }),
    ...(group.ssh?.publicKeyName !== undefined && { remoteAccess: { ec2SshKey: group.ssh.publicKeyName } }),
    ...defined({ labels: group.labels }),
    // EKS names effects otherwise than Kubernetes, and eksctl translates: NoSchedule is NO_SCHEDULE.
    ...(group.taints !== undefined && {
      taints: group.taints.map(({ effect, ...taint }) => ({
        ...taint,
        effect: effect.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
      })),
    }),
    tags: group.tags ?? {},
  };
}
