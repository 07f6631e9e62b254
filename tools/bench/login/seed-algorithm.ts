import type { KubernetesClient } from '../../../adapters/kubernetes/client';
import { isApiError } from '../../../adapters/kubernetes/api-error';
import { resources } from '../../../adapters/kubernetes/resources';
import type { RoleBinding, SpecObject } from '../../../adapters/kubernetes/types';

/** A login as the seed's Lambda gets it. */
export interface SeedLogin {
  /** `DOMAIN\account`; what follows the backslash names the objects. */
  readonly userName: string;
  readonly email: string;
  /** `[a, b]` */
  readonly groups: string;
}

const pollMs = 2_000;

/**
 * The algorithm of the profile manager that this project replaces, step by step, one request after the other as there.
 * For comparison only: it has every defect that `docs/isolation.md` lists. Two differences make it faster than the
 * original: it keeps one connection, and it is not Python.
 */
export async function seedLogin(client: KubernetesClient, login: SeedLogin): Promise<void> {
  const groups = login.groups
    .replaceAll(/[[\]]/g, '')
    .split(', ')
    .map((group) => group.toLowerCase())
    .filter((group) => group !== '');
  const user = login.userName.split('\\').at(-1) ?? login.userName;
  await ensurePersonalProfile(client, user, login.email);
  const existing = await namespaceNames(client);
  for (const group of groups) {
    if (!existing.includes(group)) await makeProfile(client, group, 'admin@kubeflow.com', undefined);
  }
  for (const namespace of await namespaceNames(client)) {
    const bindings = await client.list(resources.roleBindings, { namespace });
    const serviceBindings = await client.list(resources.serviceRoleBindings, { namespace });
    const name = `user-${user}-kubeflow-org-clusterrole-edit`;
    const hasBinding = bindings.items.some(({ metadata }) => metadata?.name === name);
    const hasServiceBinding = serviceBindings.items.some(({ metadata }) => metadata?.name === name);
    if (groups.includes(namespace)) {
      if (!hasBinding) await client.create(resources.roleBindings, seedBinding(namespace, name, login.email));
      if (!hasServiceBinding) {
        await client.create(resources.serviceRoleBindings, seedServiceBinding(namespace, name, login.email));
      }
    } else {
      if (hasBinding) await client.delete(resources.roleBindings, { namespace, name });
      if (hasServiceBinding) await client.delete(resources.serviceRoleBindings, { namespace, name });
    }
  }
}

async function ensurePersonalProfile(client: KubernetesClient, user: string, email: string): Promise<void> {
  const owned = async () => {
    const { items } = await client.list(resources.profiles);
    return items.some(({ spec }) => spec.owner?.name === email);
  };
  if (await owned()) return;
  const zero = {
    cpu: '0',
    memory: '0',
    'requests.nvidia.com/gpu': '0',
    persistentvolumeclaims: '0',
    'requests.storage': '0',
  };
  await makeProfile(client, `profile-${user}`, email, zero);
  while (!(await owned())) await new Promise((resolve) => setTimeout(resolve, pollMs));
}

async function makeProfile(
  client: KubernetesClient,
  name: string,
  owner: string,
  quota: Record<string, string> | undefined,
): Promise<void> {
  try {
    await client.create(resources.profiles, {
      apiVersion: resources.profiles.apiVersion,
      kind: resources.profiles.kind,
      metadata: { name },
      spec: {
        owner: { kind: 'User', name: owner },
        ...(quota !== undefined && { resourceQuotaSpec: { hard: quota } }),
      },
    });
  } catch (error) {
    if (!isApiError(error, 409)) throw error;
  }
}

async function namespaceNames(client: KubernetesClient): Promise<string[]> {
  const { items } = await client.list(resources.namespaces);
  return items.map(({ metadata }) => metadata?.name ?? '');
}

function seedBinding(namespace: string, name: string, email: string): RoleBinding {
  return {
    apiVersion: resources.roleBindings.apiVersion,
    kind: resources.roleBindings.kind,
    metadata: { namespace, name, annotations: { role: 'edit', user: email } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-edit' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: email }],
  };
}

function seedServiceBinding(namespace: string, name: string, email: string): SpecObject {
  return {
    apiVersion: resources.serviceRoleBindings.apiVersion,
    kind: resources.serviceRoleBindings.kind,
    metadata: { namespace, name, annotations: { role: 'edit', user: email } },
    spec: {
      roleRef: { kind: 'ServiceRole', name: 'ns-access-istio' },
      subjects: [{ properties: { 'request.headers[kubeflow-userid]': email } }],
    },
  };
}
