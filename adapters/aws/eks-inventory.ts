import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  paginateDescribeAddonVersions,
  paginateListAddons,
  paginateListNodegroups,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import { ownerTag } from '../../core/naming';
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
  oidcIssuer?: string | undefined;
  /** The one that EKS made for the control plane and the managed nodes. */
  securityGroupId?: string | undefined;
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
  /** Value of the owner tag. */
  owner: string | undefined;
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
      oidcIssuer: cluster.identity?.oidc?.issuer,
      securityGroupId: vpc?.clusterSecurityGroupId,
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
        owner: addon?.tags?.[ownerTag],
      });
    }
  }
  return addons;
}

/** A service account with an IAM role by pod identity. */
export interface PodIdentity {
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  /** Value of the owner tag. */
  owner: string | undefined;
}

/** The pod identity associations of a cluster. */
export async function listPodIdentities(clients: AwsClients, clusterName: string): Promise<PodIdentity[]> {
  const client = clients.get(EKSClient);
  const identities: PodIdentity[] = [];
  for await (const page of paginateListPodIdentityAssociations({ client }, { clusterName })) {
    for (const { associationId } of page.associations ?? []) {
      const { association } = await client.send(
        new DescribePodIdentityAssociationCommand({ clusterName, associationId }),
      );
      identities.push({
        namespace: association?.namespace ?? '',
        serviceAccount: association?.serviceAccount ?? '',
        roleArn: association?.roleArn ?? '',
        owner: association?.tags?.[ownerTag],
      });
    }
  }
  return identities;
}

/** The version of an add-on that EKS recommends for a version of Kubernetes; `undefined` where there is none. */
export async function recommendedAddonVersion(
  clients: AwsClients,
  addonName: string,
  kubernetesVersion: string,
): Promise<string | undefined> {
  const client = clients.get(EKSClient);
  for await (const { addons = [] } of paginateDescribeAddonVersions(
    { client },
    { addonName, kubernetesVersion },
  )) {
    const version = addons
      .flatMap(({ addonVersions = [] }) => addonVersions)
      .find(({ compatibilities = [] }) =>
        compatibilities.some((it) => it.clusterVersion === kubernetesVersion && it.defaultVersion === true),
      );
    if (version !== undefined) return version.addonVersion;
  }
  return undefined;
}
