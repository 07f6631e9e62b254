import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateAddonCommand,
  CreateClusterCommand,
  CreateNodegroupCommand,
  DescribeClusterCommand,
  UpdateAddonCommand,
} from '@aws-sdk/client-eks';
import type { EKSClient, LogType } from '@aws-sdk/client-eks';
import type { IAMClient } from '@aws-sdk/client-iam';
import { setTimeout as delay } from 'node:timers/promises';
import type { EksctlClients, Say } from './clients';
import { ensureRole } from './identities';
import { subnetIds } from './cluster-config';
import type { ClusterConfig, ManagedNodeGroup } from './cluster-config';

/** Creates the control plane and waits until it is active. */
export async function createCluster(
  { eks, iam }: EksctlClients,
  config: ClusterConfig,
  say: Say,
): Promise<void> {
  const { name, version, tags } = config.metadata;
  const enabled = config.cloudWatch?.clusterLogging?.enableTypes ?? [];
  const types = (
    enabled.includes('*') || enabled.includes('all')
      ? ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']
      : enabled
  ) as LogType[];
  say(`creating cluster ${name} (Kubernetes ${version ?? 'default'}) in the region's EKS`);
  await eks.send(
    new CreateClusterCommand({
      name,
      ...(version === undefined ? {} : { version }),
      roleArn:
        config.iam?.serviceRoleARN ??
        (await ensureRole(iam, `eksctl-${name}-cluster-ServiceRole`, undefined)),
      resourcesVpcConfig: {
        subnetIds: [...subnetIds(config, 'private'), ...subnetIds(config, 'public')],
        endpointPublicAccess: config.vpc?.clusterEndpoints?.publicAccess ?? true,
        endpointPrivateAccess: config.vpc?.clusterEndpoints?.privateAccess ?? false,
        ...(config.vpc?.publicAccessCIDRs === undefined
          ? {}
          : { publicAccessCidrs: config.vpc.publicAccessCIDRs }),
      },
      ...(config.secretsEncryption?.keyARN === undefined
        ? {}
        : {
            encryptionConfig: [{ provider: { keyArn: config.secretsEncryption.keyARN } }],
          }),
      logging: { clusterLogging: [{ types, enabled: types.length > 0 }] },
      ...(tags === undefined ? {} : { tags }),
    }),
  );
  await active(eks, name);
  say(`cluster ${name} is active`);
}

async function active(eks: EKSClient, name: string): Promise<void> {
  for (;;) {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    if (cluster?.status === 'ACTIVE') return;
    if (cluster?.status === 'FAILED')
      throw new Error(`cluster ${name} failed to start; see the region's log`);
    await delay(250);
  }
}

/** Makes access entries and associates their policies; what is there already is kept. */
export async function createAccessEntries(
  { eks }: EksctlClients,
  config: ClusterConfig,
  say: Say,
): Promise<void> {
  const clusterName = config.metadata.name;
  for (const entry of config.accessConfig?.accessEntries ?? []) {
    const { principalARN: principalArn, kubernetesGroups, kubernetesUsername: username, type } = entry;
    await unlessThere(() =>
      eks.send(
        new CreateAccessEntryCommand({
          clusterName,
          principalArn,
          ...(kubernetesGroups === undefined ? {} : { kubernetesGroups }),
          ...(username === undefined ? {} : { username }),
          ...(type === undefined ? {} : { type }),
          ...(config.metadata.tags === undefined ? {} : { tags: config.metadata.tags }),
        }),
      ),
    );
    for (const { policyARN: policyArn, accessScope } of entry.accessPolicies ?? []) {
      await eks.send(
        new AssociateAccessPolicyCommand({
          clusterName,
          principalArn,
          policyArn,
          accessScope: { type: accessScope.type as 'cluster' | 'namespace' },
        }),
      );
    }
    say(`access entry for ${principalArn}`);
  }
}

/** Makes add-ons, or brings those that are there to the configured version and values. */
export async function createAddons({ eks }: EksctlClients, config: ClusterConfig, say: Say): Promise<void> {
  const clusterName = config.metadata.name;
  for (const { name: addonName, version, configurationValues, tags } of config.addons ?? []) {
    const settings = {
      clusterName,
      addonName,
      ...(version === undefined || version === 'latest' ? {} : { addonVersion: version }),
      ...(configurationValues === undefined ? {} : { configurationValues }),
    };
    const made = await unlessThere(() =>
      eks.send(new CreateAddonCommand({ ...settings, tags: tags ?? config.metadata.tags ?? {} })),
    );
    if (!made) await eks.send(new UpdateAddonCommand(settings));
    say(`add-on ${addonName} ${made ? 'created' : 'updated'}`);
  }
}

/** Makes managed node groups; those that are there are kept. No node joins: there is no machine. */
export async function createNodeGroups(
  { eks, iam }: EksctlClients,
  config: ClusterConfig,
  say: Say,
): Promise<void> {
  for (const group of config.managedNodeGroups ?? []) {
    const made = await unlessThere(async () => eks.send(await nodeGroupCommand(iam, config, group)));
    say(`node group ${group.name} ${made ? 'created; no machine joins' : 'is there'}`);
  }
}

async function nodeGroupCommand(
  iam: IAMClient,
  config: ClusterConfig,
  group: ManagedNodeGroup,
): Promise<CreateNodegroupCommand> {
  const { name } = config.metadata;
  const roleName = group.iam?.instanceRoleName ?? `eksctl-${name}-nodegroup-${group.name}`;
  return new CreateNodegroupCommand({
    clusterName: name,
    nodegroupName: group.name,
    ...(config.metadata.version === undefined ? {} : { version: config.metadata.version }),
    subnets: subnetIds(config, group.privateNetworking === false ? 'public' : 'private'),
    nodeRole:
      group.iam?.instanceRoleARN ??
      (await ensureRole(iam, roleName, group.iam?.instanceRolePermissionsBoundary)),
    instanceTypes: group.instanceTypes ?? [],
    scalingConfig: {
      minSize: group.minSize ?? 1,
      maxSize: group.maxSize ?? 1,
      desiredSize: group.desiredCapacity ?? group.minSize ?? 1,
    },
    ...(group.volumeSize === undefined ? {} : { diskSize: group.volumeSize }),
    ...(group.ssh?.publicKeyName === undefined
      ? {}
      : { remoteAccess: { ec2SshKey: group.ssh.publicKeyName } }),
    ...(group.labels === undefined ? {} : { labels: group.labels }),
    tags: { ...config.metadata.tags, ...group.tags },
  });
}

/** Runs a creation; false when what it would make is there already. */
async function unlessThere(create: () => Promise<unknown>): Promise<boolean> {
  try {
    await create();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceInUseException') return false;
    throw error;
  }
}
