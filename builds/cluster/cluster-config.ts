import { tenantServiceAccount } from '../artifacts/artifacts-policy';
import type { BuildConfiguration } from '../../core/configuration';
import { iamNames } from '../../core/iam-names';
import { deploymentTags } from '../../core/naming';
import type { Network } from '../../core/handover/found';
import { accessEntries, type AccessEntry } from './access-entries';
import { renderAddons, type Addon, type PodIdentityAssociation, type TenantPodIdentity } from './addons';
import { withoutName } from './eksctl-tags';
import { partitionOf } from '../../core/partitions';
import { subnetMap } from './subnet-map';
import { renderNodeGroups, type ManagedNodeGroup } from './node-groups';
import { defined } from '../../core/defined';

/** eksctl's ClusterConfig (eksctl.io/v1alpha5, as of eksctl 0.230), as far as it is used. */
export interface ClusterConfig {
  apiVersion: 'eksctl.io/v1alpha5';
  kind: 'ClusterConfig';
  metadata: { name: string; region: string; version: string; tags: Record<string, string> };
  iam: {
    withOIDC: true;
    serviceRoleARN: string;
    podIdentityAssociations: PodIdentityAssociation[];
  };
  accessConfig: {
    authenticationMode: 'API';
    bootstrapClusterCreatorAdminPermissions: true;
    accessEntries: AccessEntry[];
  };
  vpc: {
    id: string;
    subnets: Partial<Record<'private' | 'public', ReturnType<typeof subnetMap>>>;
    clusterEndpoints: { publicAccess: boolean; privateAccess: boolean };
    publicAccessCIDRs?: string[];
    extraCIDRs: string[];
    /** Only of a cluster that eksctl did not make: what it has made, it knows by its stack. */
    securityGroup?: string;
  };
  secretsEncryption: { keyARN: string };
  cloudWatch: { clusterLogging: { enableTypes: string[] } };
  addonsConfig: { disableDefaultAddons: true };
  addons: Addon[];
  managedNodeGroups: ManagedNodeGroup[];
}

/** The five log types of an EKS control plane. */
export const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;

/** Service account of the load balancer controller. */
export const loadBalancerServiceAccount = {
  namespace: 'kube-system',
  name: 'aws-load-balancer-controller',
} as const;

/** The roles of tenants' pods. */
function tenantIdentities({ access }: BuildConfiguration, tags: Record<string, string>): TenantPodIdentity[] {
  return Object.entries(access.namespaces ?? {}).flatMap(([namespace, { role_arn: roleARN }]) =>
    roleARN === undefined ? [] : [{ namespace, serviceAccountName: tenantServiceAccount, roleARN, tags }],
  );
}

/** Service account of Karpenter. */
export const karpenterServiceAccount = { namespace: 'kube-system', name: 'karpenter' } as const;

/** ARN of a policy of the account. */
export function policyArn(configuration: BuildConfiguration, name: string): string {
  const { region, account_id: accountId } = configuration;
  return `arn:${partitionOf(region)}:iam::${accountId}:policy/${name}`;
}

/**
 * The cluster that a configuration asks for, as eksctl takes it.
 *
 * @param found the VPC and subnets that the preflight checks found
 * @param buildRoles ARNs of the roles of the builds that work in the cluster
 */
export function renderCluster(
  configuration: BuildConfiguration,
  found: Network,
  buildRoles: readonly string[] = [],
): ClusterConfig {
  const { eks_name: name, region, endpoint_access: endpoint } = configuration;
  const tags = withoutName(deploymentTags(configuration));
  const boundary = configuration.permissions_boundary_arn;
  return {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name, region, version: configuration.kubernetes_version, tags },
    iam: {
      withOIDC: true,
      // Made before eksctl runs: it would choose a name of its own.
      serviceRoleARN: `arn:${partitionOf(region)}:iam::${configuration.account_id}:role/${iamNames.clusterRole(configuration)}`,
      podIdentityAssociations: [
        {
          namespace: loadBalancerServiceAccount.namespace,
          serviceAccountName: loadBalancerServiceAccount.name,
          roleName: iamNames.loadBalancerRole(configuration),
          permissionPolicyARNs: [policyArn(configuration, iamNames.loadBalancerPolicy(configuration))],
          ...defined({ permissionsBoundaryARN: boundary }),
          tags,
        },
        ...tenantIdentities(configuration, tags),
        ...(configuration.autoscaling === undefined
          ? []
          : [
              {
                namespace: karpenterServiceAccount.namespace,
                serviceAccountName: karpenterServiceAccount.name,
                roleName: iamNames.karpenterRole(configuration),
                permissionPolicyARNs: [policyArn(configuration, iamNames.karpenterPolicy(configuration))],
                ...defined({ permissionsBoundaryARN: boundary }),
                tags,
              },
            ]),
      ],
    },
    accessConfig: {
      authenticationMode: 'API',
      // The build that creates the cluster goes on to install into it.
      bootstrapClusterCreatorAdminPermissions: true,
      accessEntries: accessEntries(configuration, buildRoles),
    },
    vpc: {
      id: found.vpc.id,
      subnets: {
        ...(found.subnets.private.length > 0 ? { private: subnetMap(found.subnets.private) } : {}),
        ...(found.subnets.public.length > 0 ? { public: subnetMap(found.subnets.public) } : {}),
      },
      clusterEndpoints: { publicAccess: endpoint.public, privateAccess: endpoint.private },
      ...(endpoint.public ? { publicAccessCIDRs: [...endpoint.public_cidrs] } : {}),
      // The private endpoint is behind the control plane's security group, which lets nobody in but the nodes: the
      // builds and functions that run in the VPC are let in here.
      extraCIDRs: [found.vpc.cidr],
    },
    secretsEncryption: { keyARN: configuration.kms_key_arn },
    cloudWatch: { clusterLogging: { enableTypes: [...logTypes] } },
    addonsConfig: { disableDefaultAddons: true },
    addons: renderAddons(configuration),
    managedNodeGroups: renderNodeGroups(configuration),
  };
}
