import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  paginateListAddons,
  paginateListNodegroups,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A cluster's own settings, as far as they can be changed. */
export interface ClusterSettings {
  status: string;
  version: string;
  tags: Record<string, string>;
  endpoint: { publicAccess: boolean; privateAccess: boolean; publicCidrs: string[] };
  /** The log types that are on, sorted. */
  logTypes: string[];
  /** ARN of the key that encrypts the secrets, if any does. */
  secretsKeyArn: string | undefined;
}

/** A managed node group. */
export interface NodeGroup {
  name: string;
  /** `ACTIVE`, `CREATING`, `CREATE_FAILED`, `DEGRADED`, … */
  status: string;
  version: string;
  tags: Record<string, string>;
  scale: { minSize: number; maxSize: number; desiredSize: number };
  /** What EKS finds wrong, in words. */
  issues: string[];
}

/** An installed add-on. */
export interface InstalledAddon {
  name: string;
  status: string;
  version: string;
  configurationValues: string | undefined;
  issues: string[];
}

/** The settings of a cluster, or `undefined` where there is none of this name. */
export async function readClusterSettings(
  clients: AwsClients,
  name: string,
): Promise<ClusterSettings | undefined> {
  try {
    const { cluster } = await clients.get(EKSClient).send(new DescribeClusterCommand({ name }));
    if (cluster === undefined) return undefined;
    const vpc = cluster.resourcesVpcConfig;
    return {
      status: cluster.status ?? '',
      version: cluster.version ?? '',
      tags: cluster.tags ?? {},
      endpoint: {
        publicAccess: vpc?.endpointPublicAccess ?? false,
        privateAccess: vpc?.endpointPrivateAccess ?? false,
        publicCidrs: vpc?.publicAccessCidrs ?? [],
      },
      logTypes: (cluster.logging?.clusterLogging ?? [])
        .filter(({ enabled }) => enabled === true)
        .flatMap(({ types }) => types ?? [])
        .sort(),
      secretsKeyArn: cluster.encryptionConfig?.[0]?.provider?.keyArn,
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** The managed node groups of a cluster. */
export async function listNodeGroups(clients: AwsClients, clusterName: string): Promise<NodeGroup[]> {
  const client = clients.get(EKSClient);
  const groups: NodeGroup[] = [];
  for await (const page of paginateListNodegroups({ client }, { clusterName })) {
    for (const nodegroupName of page.nodegroups ?? []) {
      const { nodegroup } = await client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
      groups.push({
        name: nodegroupName,
        status: nodegroup?.status ?? '',
        version: nodegroup?.version ?? '',
        tags: nodegroup?.tags ?? {},
        scale: {
          minSize: nodegroup?.scalingConfig?.minSize ?? 0,
          maxSize: nodegroup?.scalingConfig?.maxSize ?? 0,
          desiredSize: nodegroup?.scalingConfig?.desiredSize ?? 0,
        },
        issues: (nodegroup?.health?.issues ?? []).map(
          (issue) => `${issue.code ?? ''}: ${issue.message ?? ''}`,
        ),
      });
    }
  }
  return groups;
}

/** The EKS add-ons of a cluster. */
export async function listAddons(clients: AwsClients, clusterName: string): Promise<InstalledAddon[]> {
  const client = clients.get(EKSClient);
  const addons: InstalledAddon[] = [];
  for await (const page of paginateListAddons({ client }, { clusterName })) {
    for (const addonName of page.addons ?? []) {
      const { addon } = await client.send(new DescribeAddonCommand({ clusterName, addonName }));
      addons.push({
        name: addonName,
        status: addon?.status ?? '',
        version: addon?.addonVersion ?? '',
        configurationValues: addon?.configurationValues,
        issues: (addon?.health?.issues ?? []).map((issue) => `${issue.code ?? ''}: ${issue.message ?? ''}`),
      });
    }
  }
  return addons;
}

/** The service accounts that have an IAM role by pod identity, as `namespace/name`. */
export async function listPodIdentities(clients: AwsClients, clusterName: string): Promise<string[]> {
  const client = clients.get(EKSClient);
  const accounts: string[] = [];
  for await (const page of paginateListPodIdentityAssociations({ client }, { clusterName })) {
    for (const { namespace, serviceAccount } of page.associations ?? []) {
      accounts.push(`${namespace ?? ''}/${serviceAccount ?? ''}`);
    }
  }
  return accounts;
}
