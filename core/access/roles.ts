/** The roles that Kubeflow knows in a namespace, weakest first. Each contains the ones before it. */
export const roles = ['view', 'edit', 'admin'] as const;

/** A role in a namespace. */
export type Role = (typeof roles)[number];

/** The ClusterRole that a role is bound to. */
export function clusterRoleOf(role: Role): string {
  return `kubeflow-${role}`;
}

/** The stronger of two roles. */
export function strongest(a: Role, b: Role): Role {
  return roles.indexOf(a) >= roles.indexOf(b) ? a : b;
}
