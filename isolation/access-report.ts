import type { ReportedBinding } from '../core/access/access-rows';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { userLabel } from './contributor';
import { resources } from '../adapters/kubernetes/resources';
import { readTenants } from './tenants';
import type { RoleBinding } from '../adapters/kubernetes/types';

const pageSize = 2_000;

/**
 * Reads every binding of a user or a group in the tenants' namespaces, ours and others'.
 *
 * @param namespace only this one
 */
export async function readBindings(client: KubernetesClient, namespace?: string): Promise<ReportedBinding[]> {
  const [tenants, { items }] = await Promise.all([
    readTenants(client, { pageSize }),
    client.reduceList(resources.roleBindings, { namespace, pageSize }, reportedBinding),
  ]);
  return items.filter(
    (binding) =>
      tenants.state(binding.namespace) === 'tenant' && binding.users.length + binding.groups.length > 0,
  );
}

function reportedBinding(binding: RoleBinding): ReportedBinding {
  const { metadata, subjects = [], roleRef } = binding;
  const named = (kind: string) => subjects.filter((subject) => subject.kind === kind).map(({ name }) => name);
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    role: roleRef.name,
    users: named('User'),
    // Every namespace that we work in lets us in through a binding; that is no tenant's access.
    groups: named('Group').filter((group) => !group.startsWith('kubeflow-eks:')),
    ours: metadata?.labels?.[userLabel] !== undefined,
    annotated: metadata?.annotations?.['user'] !== undefined,
  };
}
