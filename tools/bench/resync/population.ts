import { bounded } from '../../../isolation/bounded';
import type { KubernetesClient } from '../../../adapters/kubernetes/client';
import { policyOf, roleBindingOf } from '../../../isolation/contributor';
import { currentIstioApi } from '../../../isolation/istio-api';
import { resources } from '../../../adapters/kubernetes/resources';
import type { DirectoryUser } from '../../../core/access/directory';
import { identityOf, type UserIdentity } from '../../../core/access/user-identity';
import { weekOf } from '../../../core/access/last-seen';
import { bindingNames } from '../../../core/access/names';
import { tenantName } from '../support/cluster';

/** Groups of each user. */
export const grantsPerUser = 2;

/** When the users of a bench have logged in last: their bindings remember it. */
const lastWeek = weekOf(new Date(Date.now() - 7 * 24 * 3_600_000));

/** The bench's n-th user, a member of {@link grantsPerUser} of the tenants. */
export function benchUser(index: number, namespaces: number): DirectoryUser {
  const groups = Array.from({ length: grantsPerUser }, (_, grant) =>
    tenantName((index * 7 + grant * 13) % namespaces),
  );
  return {
    userName: `ADFS_user-${index}`,
    enabled: true,
    email: `user.${index}@example.com`,
    groupsAttribute: `[${groups.join(',')}]`,
  };
}

/** Makes what the profile manager would have made at these users' logins, as the profile manager. */
export async function makeGrants(
  profileManager: KubernetesClient,
  from: number,
  to: number,
  namespaces: number,
): Promise<void> {
  const jobs = Array.from(
    { length: to - from },
    (_, offset) => () => makeUser(profileManager, from + offset, namespaces),
  );
  await bounded(16, jobs);
}

async function makeUser(profileManager: KubernetesClient, index: number, namespaces: number): Promise<void> {
  for (let grant = 0; grant < grantsPerUser; grant += 1) {
    const { identity, namespace, name } = grantOf(index, grant, namespaces);
    const wanted = { namespace, role: 'edit' } as const;
    await profileManager.create(
      resources.roleBindings,
      roleBindingOf({ ...identity, seen: lastWeek }, wanted, name),
    );
    await profileManager.create(currentIstioApi.type, policyOf(currentIstioApi, identity, wanted, name));
  }
}

/** One of the two objects of a user's grant, as an API server shows it. */
export function contributorOf(
  index: number,
  grant: number,
  namespaces: number,
  part: 'binding' | 'policy',
): object {
  const { identity, namespace, name } = grantOf(index, grant, namespaces);
  const wanted = { namespace, role: 'edit' } as const;
  const object =
    part === 'binding'
      ? roleBindingOf({ ...identity, seen: lastWeek }, wanted, name)
      : policyOf(currentIstioApi, identity, wanted, name);
  // An object of an API server has more: a uid, times, and who manages which field.
  const number = String(index * grantsPerUser + grant).padStart(12, '0');
  const metadata = {
    ...object.metadata,
    uid: `${part === 'binding' ? 'b' : 'a'}0000000-0000-4000-8000-${number}`,
    resourceVersion: number,
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields: [
      {
        ...{
          manager: 'kubeflow-eks',
          operation: 'Update',
          time: '2026-01-01T00:00:00Z',
          fieldsType: 'FieldsV1',
        },
        fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {}, 'f:role': {}, 'f:user': {} } } },
      },
    ],
  };
  return { ...object, metadata };
}

/**
 * Breaks one grant of every hundredth user: its binding or its policy is deleted, in turns. Nobody can edit them: the
 * admission policy of the marks lets an administrator only delete (builds/kubeflow/rbac/marks.yaml).
 */
export async function drift(admin: KubernetesClient, users: number, namespaces: number): Promise<number> {
  let broken = 0;
  for (let index = 0; index < users; index += 100) {
    const { namespace, name } = grantOf(index, 0, namespaces);
    const type = broken % 2 === 0 ? resources.roleBindings : currentIstioApi.type;
    await admin.delete(type, { namespace, name });
    broken += 1;
  }
  return broken;
}

function grantOf(
  index: number,
  grant: number,
  namespaces: number,
): { identity: UserIdentity; namespace: string; name: string } {
  const email = benchUser(index, namespaces).email;
  const result = identityOf(email);
  if (!result.ok) throw new Error(result.problem);
  const namespace = tenantName((index * 7 + grant * 13) % namespaces);
  return {
    identity: result.identity,
    namespace,
    name: bindingNames(result.identity.email, 'edit', []).preferred,
  };
}
