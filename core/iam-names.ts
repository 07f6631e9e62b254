import { createHash } from 'node:crypto';

/** What of a configuration is in the names of what IAM has for it. */
export interface IamNaming {
  readonly eks_name: string;
  readonly region: string;
  readonly iam_role_prefix: string;
  readonly iam_policy_prefix: string;
}

/** IAM's limit for the name of a role (API reference, CreateRole); a policy's may have 128 characters. */
const longestRoleName = 64;
const digestLength = 8;

/**
 * The longest prefix with which every role name keeps its kind, by which the builds may touch it, and a digest:
 * `<prefix>_kubeflow_LoadBalancer__<digest>`.
 */
export const longestIamPrefix = longestRoleName - '_kubeflow_LoadBalancer_'.length - 1 - digestLength;

/**
 * Names of the roles and of the policy that the cluster's build makes. IAM is one for all regions of an account, so the
 * region is in each of them.
 */
export const iamNames = {
  clusterRole: (naming: IamNaming) => fittingRoleName(`${kindOf(naming, 'Cluster')}_${naming.region}`),
  workerRole: (naming: IamNaming) => fittingRoleName(`${kindOf(naming, 'Worker')}_${naming.region}`),
  loadBalancerRole: (naming: IamNaming) =>
    fittingRoleName(`${kindOf(naming, 'LoadBalancer')}_${naming.region}`),
  loadBalancerPolicy: (naming: IamNaming) => `${policyOf(naming)}_${naming.region}`,
  /** Of the pods of all tenants, where artifacts are in S3. */
  artifactsRole: (naming: IamNaming) => fittingRoleName(`${kindOf(naming, 'Artifacts')}_${naming.region}`),
  artifactsPolicy: (naming: IamNaming) =>
    `${naming.iam_policy_prefix}_artifacts_policy_${naming.eks_name}_${naming.region}`,
  karpenterRole: (naming: IamNaming) => fittingRoleName(`${kindOf(naming, 'Karpenter')}_${naming.region}`),
  karpenterPolicy: (naming: IamNaming) =>
    `${naming.iam_policy_prefix}_karpenter_policy_${naming.eks_name}_${naming.region}`,
  /** Role, and instance profile of the same name, of the nodes that Karpenter makes. */
  autoscaledRole: (naming: IamNaming) =>
    fittingRoleName(`${kindOf(naming, 'Worker')}_${naming.region}_autoscaled`),
  /** With its rights AWS Backup backs up the cluster, and deletes backups that have expired. */
  backupRole: (naming: IamNaming) => fittingRoleName(`${kindOf(naming, 'Backup')}_${naming.region}`),
} as const;

/** The same as they were before they had the region. A cluster keeps the role with which it was made. */
export const formerIamNames = {
  clusterRole: (naming: IamNaming) => kindOf(naming, 'Cluster').slice(0, longestRoleName),
  loadBalancerPolicy: policyOf,
} as const;

/**
 * A role name as it is, or cut to IAM's length with a digest of the whole at its end, so that names which differ only
 * where they are cut stay different.
 */
export function fittingRoleName(name: string): string {
  if (name.length <= longestRoleName) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digestLength);
  return `${name.slice(0, longestRoleName - digestLength - 1)}_${digest}`;
}

function kindOf({ iam_role_prefix: prefix, eks_name: name }: IamNaming, kind: string): string {
  return `${prefix}_kubeflow_${kind}_${name}`;
}

function policyOf({ iam_policy_prefix: prefix, eks_name: name }: IamNaming): string {
  return `${prefix}_alb_ingress_policy_${name}`;
}
