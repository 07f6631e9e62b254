/** The parts of eksctl's ClusterConfig (eksctl.io/v1alpha5) that the stand-in acts on. */
export interface ClusterConfig {
  metadata: { name: string; region: string; version?: string; tags?: Record<string, string> };
  iam?: { serviceRoleARN?: string; withOIDC?: boolean; podIdentityAssociations?: PodIdentity[] };
  vpc?: {
    id?: string;
    subnets?: Partial<Record<'private' | 'public', Record<string, { id?: string } | undefined>>>;
    clusterEndpoints?: { publicAccess?: boolean; privateAccess?: boolean };
    publicAccessCIDRs?: string[];
  };
  secretsEncryption?: { keyARN?: string };
  cloudWatch?: { clusterLogging?: { enableTypes?: string[] } };
  accessConfig?: {
    accessEntries?: {
      principalARN: string;
      type?: string;
      kubernetesGroups?: string[];
      kubernetesUsername?: string;
      accessPolicies?: { policyARN: string; accessScope: { type: string; namespaces?: string[] } }[];
    }[];
  };
  addons?: Addon[];
  managedNodeGroups?: ManagedNodeGroup[];
}

/** An add-on of a ClusterConfig. */
export interface Addon {
  name: string;
  version?: string;
  tags?: Record<string, string>;
  configurationValues?: string;
  podIdentityAssociations?: PodIdentity[];
}

/** A pod identity association of a ClusterConfig. */
export interface PodIdentity {
  namespace?: string;
  serviceAccountName: string;
  roleName?: string;
  permissionPolicyARNs?: string[];
  permissionsBoundaryARN?: string;
  tags?: Record<string, string>;
}

/** A managed node group of a ClusterConfig. */
export interface ManagedNodeGroup {
  name: string;
  instanceTypes?: string[];
  minSize?: number;
  maxSize?: number;
  desiredCapacity?: number;
  privateNetworking?: boolean;
  volumeSize?: number;
  labels?: Record<string, string>;
  taints?: { key: string; value?: string; effect: string }[];
  updateConfig?: { maxUnavailable?: number; maxUnavailablePercentage?: number };
  tags?: Record<string, string>;
  ssh?: { publicKeyName?: string };
  iam?: { instanceRoleARN?: string; instanceRoleName?: string; instanceRolePermissionsBoundary?: string };
}

/** The ids of a kind of subnets. */
export function subnetIds(config: ClusterConfig, kind: 'private' | 'public'): string[] {
  return Object.values(config.vpc?.subnets?.[kind] ?? {}).flatMap((subnet) => subnet?.id ?? []);
}
