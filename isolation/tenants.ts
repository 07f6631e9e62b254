import { managedByLabel } from '../core/naming';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { resources } from '../adapters/kubernetes/resources';
import type { Namespace, Profile } from '../adapters/kubernetes/types';

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
 * A namespace is a tenant's if the profile controller made or adopted it: it carries the annotation `owner`, and is
 * owned by a Profile or labelled as part of one. Everything else is `foreign` and gets no grant, whatever the
 * directory says.
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

/** What one namespace is. */
export function knownOf(namespace: Namespace): Known {
  const { annotations = {}, labels = {}, ownerReferences = [], deletionTimestamp } = namespace.metadata ?? {};
  const owner = annotations['owner'];
  const ofProfile =
    ownerReferences.some(
      ({ kind, apiVersion }) => kind === 'Profile' && apiVersion.startsWith('kubeflow.org/'),
    ) || labels['app.kubernetes.io/part-of'] === 'kubeflow-profile';
  if (owner === undefined || owner === '' || !ofProfile) return { state: 'foreign', owner: undefined };
  return { state: deletionTimestamp === undefined ? 'tenant' : 'terminating', owner };
}

/** A Profile to be made. */
export interface ProfileRequest {
  readonly name: string;
  readonly owner: string;
  /** Hard limits of its ResourceQuota; empty for none. */
  readonly quota: Readonly<Record<string, string>>;
}

/** The Profile object, as the dashboard would make it, with our label. */
export function profileOf({ name, owner, quota }: ProfileRequest): Profile {
  return {
    apiVersion: resources.profiles.apiVersion,
    kind: resources.profiles.kind,
    metadata: { name, labels: { [managedByLabel.key]: managedByLabel.value } },
    spec: {
      owner: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: owner },
      ...(Object.keys(quota).length === 0 ? {} : { resourceQuotaSpec: { hard: quota } }),
    },
  };
}

/**
 * Waits until the profile controller has made namespaces: one watch.
 *
 * @param names the namespaces waited for
 * @param since the resource version of the list that did not have them
 * @returns those that are there
 */
export async function awaitTenants(
  client: KubernetesClient,
  names: readonly string[],
  since: string,
  timeoutMs: number,
): Promise<Set<string>> {
  const waiting = new Set(names);
  const ready = new Set<string>();
  try {
    await client.watch(
      resources.namespaces,
      { metadataOnly: true, resourceVersion: since, timeoutMs },
      ({ object }) => {
        const name = object.metadata?.name ?? '';
        if (waiting.has(name) && knownOf(object).state === 'tenant') {
          waiting.delete(name);
          ready.add(name);
        }
        return waiting.size === 0;
      },
    );
  } catch {
    // Timed out or cut off: what is not ready by now is reported as pending and made by the next run.
  }
  return ready;
}
