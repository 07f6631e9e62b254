import type { BuildConfiguration } from '../../core/configuration';
import { iamNames } from '../../core/iam-names';
import { functionRoleName, kubernetesGroups } from '../../core/naming';
import { partitionOf } from '../../core/partitions';

/** An access entry in a ClusterConfig. */
export interface AccessEntry {
  principalARN: string;
  /** `EC2_LINUX`: nodes, whose rights EKS knows. */
  type: 'STANDARD' | 'EC2_LINUX';
  kubernetesGroups?: string[];
  accessPolicies?: { policyARN: string; accessScope: { type: 'cluster' } }[];
}

/** EKS' access policy of administrators, in the partition of a region. */
export function administratorPolicy(region: string): string {
  return `arn:${partitionOf(region)}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;
}

/**
 * Who may do what in the cluster, instead of the ConfigMap aws-auth: the build that installs Kubeflow, the one that
 * takes the cluster down and the configured administrators as administrators; the profile manager as a group, so that
 * its rights are those that RBAC in the cluster gives that group; nodes that Karpenter makes, by their role. The build that makes the cluster is an administrator
 * as its creator.
 *
 * @param buildRoles ARNs of the roles of the other builds
 */
export function accessEntries(
  configuration: BuildConfiguration,
  buildRoles: readonly string[],
): AccessEntry[] {
  const { region, account_id: accountId, admin_role_arns: adminRoles } = configuration;
  const partition = partitionOf(region);
  const administrators = [...new Set([...buildRoles, ...adminRoles])];
  return [
    ...administrators.map((principalARN): AccessEntry => ({
      principalARN,
      type: 'STANDARD',
      accessPolicies: [
        {
          policyARN: administratorPolicy(region),
          accessScope: { type: 'cluster' },
        },
      ],
    })),
    {
      principalARN: `arn:${partition}:iam::${accountId}:role/${functionRoleName('profile-manager', region)}`,
      type: 'STANDARD',
      kubernetesGroups: [kubernetesGroups.profileManager],
    },
    // Those of node groups are EKS' to make.
    ...(configuration.autoscaling === undefined
      ? []
      : [
          {
            principalARN: `arn:${partition}:iam::${accountId}:role/${iamNames.autoscaledRole(configuration)}`,
            type: 'EC2_LINUX' as const,
          },
        ]),
  ];
}
