import { kubernetesGroups, managedByLabel } from '../core/naming';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { isApiError, isNamespaceTerminating } from '../adapters/kubernetes/api-error';
import { resources } from '../adapters/kubernetes/resources';
import type { RoleBinding } from '../adapters/kubernetes/types';

/** Name of the binding that lets the profile manager work in a tenant's namespace (builds/kubeflow/rbac). */
export const admissionName = 'kubeflow-eks-profile-manager';

/** ClusterRole with what the profile manager may do in a tenant's namespace. */
export const tenantAccessRole = 'kubeflow-eks-tenant-access';

/** How long the API server's authorizer may take to see a new binding; in all 1.2 s. */
const pausesMs = [15, 30, 60, 120, 250, 250, 500];

/**
 * The profile manager has no right to write in any namespace as such: only the right to make, anywhere that the
 * admission policy lets it, one binding of a fixed name that gives it what it needs there. A namespace is so entered
 * once in its life; afterwards nothing here costs anything.
 */
export class TenantAdmission {
  private readonly entering = new Map<string, Promise<void>>();

  /** Runs a write in a namespace, and enters the namespace where that is refused. */
  async within<T>(client: KubernetesClient, namespace: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isForbidden(error)) throw error;
    }
    await this.enter(client, namespace);
    for (const pause of pausesMs) {
      try {
        return await write();
      } catch (error) {
        if (!isForbidden(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return write();
  }

  /** Makes the binding, once for any number of callers. */
  enter(client: KubernetesClient, namespace: string): Promise<void> {
    const entering = this.entering.get(namespace) ?? makeAdmission(client, namespace);
    this.entering.set(namespace, entering);
    // Whatever came of it, the next refusal is a new reason to try.
    const forget = () => {
      this.entering.delete(namespace);
    };
    entering.then(forget, forget);
    return entering;
  }
}

/** Whatever stands under our name already: a binding to another role cannot be changed, so it goes. */
async function makeAdmission(client: KubernetesClient, namespace: string): Promise<void> {
  const apply = () => client.apply(resources.roleBindings, admissionOf(namespace), { force: true });
  try {
    await apply();
  } catch (error) {
    if (!isApiError(error, 422)) throw error;
    await leave(client, namespace);
    await apply();
  }
}

/** Whether a binding lets us in: not merely one of that name. */
export function isAdmission({ metadata, roleRef, subjects = [] }: RoleBinding): boolean {
  return (
    metadata?.name === admissionName &&
    roleRef.name === tenantAccessRole &&
    subjects.some(({ kind, name }) => kind === 'Group' && name === kubernetesGroups.profileManager)
  );
}

/** Leaves a namespace that is no tenant's any more; what we held there must be gone before. */
export async function leave(client: KubernetesClient, namespace: string): Promise<void> {
  await client.delete(resources.roleBindings, { namespace, name: admissionName });
}

/** The binding itself. */
export function admissionOf(namespace: string): RoleBinding {
  return {
    apiVersion: resources.roleBindings.apiVersion,
    kind: resources.roleBindings.kind,
    metadata: { name: admissionName, namespace, labels: { [managedByLabel.key]: managedByLabel.value } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: tenantAccessRole },
    subjects: [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: kubernetesGroups.profileManager },
    ],
  };
}

function isForbidden(error: unknown): boolean {
  return isApiError(error, 403) && !isNamespaceTerminating(error);
}
