import type { Refusal } from '../core/access/grants';
import { isOpenToGroups } from '../core/access/open-to-groups';
import type { AccessRules } from '../core/access/rules';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { resources } from '../adapters/kubernetes/resources';
import type { Namespace } from '../adapters/kubernetes/types';

/** What a namespace is to us. */
export type TenantState = 'tenant' | 'terminating' | 'foreign' | 'absent';

/** The cluster's namespaces at one moment. */
export interface Tenants {
  state(namespace: string): TenantState;
  /** The e-mail that owns a tenant's Profile. */
  owner(namespace: string): string | undefined;
  /** All tenants. */
  names(): string[];
  /** Where a watch of namespaces may go on from. */
  readonly resourceVersion: string;
}

/**
 * Reads all namespaces, names and marks only: one read (or one for each page).
 *
 * What is no tenant's ({@link knownOf}) is `foreign` and gets no grant, whatever the directory says.
 *
 * @param options `fromCache`: the API server's cache will do, from which its admission decides as well
 */
export async function readTenants(
  client: KubernetesClient,
  options: { pageSize?: number; fromCache?: boolean } = {},
): Promise<Tenants> {
  const { pageSize } = options;
  const { items, resourceVersion } = await client.reduceList(
    resources.namespaces,
    { metadataOnly: true, pageSize, notOlderThan: options.fromCache === true ? '0' : undefined },
    (namespace): [string, Known] => [namespace.metadata?.name ?? '', knownOf(namespace)],
  );
  return tenantsOf(new Map(items), resourceVersion);
}

/** The same for a few namespaces: one read for each. */
export async function readTenantsOf(client: KubernetesClient, names: readonly string[]): Promise<Tenants> {
  const known = new Map<string, Known>();
  await Promise.all(
    names.map(async (name) => {
      const namespace = await client.get(resources.namespaces, { name });
      if (namespace !== undefined) known.set(name, knownOf(namespace));
    }),
  );
  // A watch from version 0 begins with everything that is there.
  return tenantsOf(known, '0');
}

function tenantsOf(known: ReadonlyMap<string, Known>, resourceVersion: string): Tenants {
  return {
    resourceVersion,
    state: (namespace) => known.get(namespace)?.state ?? 'absent',
    owner: (namespace) => known.get(namespace)?.owner,
    names: () => [...known].filter(([, { state }]) => state === 'tenant').map(([name]) => name),
  };
}

interface Known {
  readonly state: TenantState;
  readonly owner: string | undefined;
}

/**
 * What one namespace is. A tenant's has both marks of the profile controller: the annotation `owner` and the label of a
 * part of a Profile. The admission policies ask for the same two (builds/kubeflow/rbac), so that nothing is a tenant's
 * here and not there.
 */
export function knownOf(namespace: Namespace): Known {
  const { annotations = {}, labels = {}, deletionTimestamp } = namespace.metadata ?? {};
  const owner = annotations['owner'] ?? '';
  if (owner === '' || labels['app.kubernetes.io/part-of'] !== 'kubeflow-profile')
    return { state: 'foreign', owner: undefined };
  return { state: deletionTimestamp === undefined ? 'tenant' : 'terminating', owner };
}

/** Why a group's members are not let into a namespace, as far as the namespace as it is decides that. */
export function refusalOfTenant(
  tenants: Tenants,
  namespace: string,
  rules: AccessRules,
): Refusal | undefined {
  switch (tenants.state(namespace)) {
    case 'absent':
      return undefined;
    case 'foreign':
      return {
        reason: 'NotATenant',
        namespace,
        message: `the namespace ${namespace} belongs to no Profile`,
      };
    case 'terminating':
      return {
        reason: 'NamespaceTerminating',
        namespace,
        message: `the namespace ${namespace} is being deleted`,
      };
    case 'tenant':
      return isOpenToGroups(tenants.owner(namespace), rules)
        ? undefined
        : {
            reason: 'ProfileOwnedByAnother',
            namespace,
            message: `the owner of the Profile ${namespace} is neither profile_owner nor one of accepted_profile_owners`,
          };
  }
}
