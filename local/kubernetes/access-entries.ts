import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { defined } from '../../core/defined';

/** An EKS access entry in the field names of the EKS API. */
export interface AccessEntry {
  /** ARN of the IAM role or user (of a role: without path and session, as EKS wants it). */
  principalArn: string;
  /** Kubernetes user name, with EKS' templates ({{SessionName}}, …); the caller's ARN by default. */
  username?: string;
  kubernetesGroups?: readonly string[];
  /** Associated access policies, cluster-wide ones only. */
  accessPolicies?: readonly AssociatedPolicy[];
}

export interface AssociatedPolicy {
  /** arn:aws:eks::aws:cluster-access-policy/NAME */
  policyArn: string;
  accessScope?: { type: string };
}

/**
 * EKS authorizes access policies in an authorizer of its own. Here a policy is a group of this name, bound to the
 * ClusterRole that AWS documents as its nearest.
 */
const policyRoles: Readonly<Record<string, string>> = {
  AmazonEKSClusterAdminPolicy: 'cluster-admin',
  AmazonEKSAdminPolicy: 'admin',
  AmazonEKSEditPolicy: 'edit',
  AmazonEKSViewPolicy: 'view',
};

const groupOf = (policy: string): string => `eks-access-policy:${policy}`;

/** The ClusterRoleBindings that make the groups of access policies mean what the policies grant. */
export function accessPolicyBindings(): object[] {
  return Object.entries(policyRoles).map(([policy, role]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: groupOf(policy) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: groupOf(policy) }],
  }));
}

/**
 * Replaces the file that the token webhook reads for every review.
 *
 * @throws Error for an access policy or scope that the local region does not know: it must not seem to work.
 */
export async function writeAccessEntries(path: string, entries: readonly AccessEntry[]): Promise<void> {
  const content = entries.map(({ principalArn, username, kubernetesGroups = [], accessPolicies = [] }) => ({
    principalArn,
    ...defined({ username }),
    kubernetesGroups: [...kubernetesGroups, ...accessPolicies.map(policyGroup)],
  }));
  // By rename, so that a review never reads half a file.
  const next = `${path}.${randomUUID()}`;
  await writeFile(next, JSON.stringify(content, null, 2), { mode: 0o600 });
  await rename(next, path);
}

function policyGroup({ policyArn, accessScope }: AssociatedPolicy): string {
  const name = policyArn.split('/').pop() ?? '';
  if (!(name in policyRoles)) {
    throw new Error(
      `the local region knows no access policy ${policyArn}; it knows ${Object.keys(policyRoles).join(', ')}`,
    );
  }
  if (accessScope !== undefined && accessScope.type !== 'cluster') {
    throw new Error(`the local region knows access policies of scope cluster only, not ${accessScope.type}`);
  }
  return groupOf(name);
}
