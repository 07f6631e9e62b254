import { isApiError } from '../../adapters/kubernetes/api-error';
import type { KubernetesClient } from '../../adapters/kubernetes/client';
import type { ResourceType } from '../../adapters/kubernetes/resources';
import { describeObject, type KubernetesObject, type ObjectReference } from './objects';

/** Objects of a cluster, whatever their kind. */
export interface ClusterObjects {
  /**
   * Server-side apply in the order given, taking over fields of others; a field that a kind does not have is refused.
   * One that is refused does not hold back those after it.
   *
   * @throws ApplyError with what the API server said to each that it refused
   */
  apply(objects: readonly KubernetesObject[]): Promise<void>;
  /** Those of the objects that are there, as they are now. */
  get(objects: readonly ObjectReference[]): Promise<KubernetesObject[]>;
}

/** Objects that the API server refused, each with its words. */
export class ApplyError extends Error {
  constructor(readonly refused: readonly { object: string; why: string }[]) {
    super(
      `the API server refused ${refused.length === 1 ? 'an object' : `${refused.length} objects`}:\n` +
        refused.map(({ object, why }) => `${object}: ${why}`).join('\n'),
    );
    this.name = 'ApplyError';
  }
}

/** A webhook that does not answer yet: it is being started, and will. */
export function isWebhookStarting(error: unknown): boolean {
  return (
    error instanceof ApplyError &&
    error.refused.some(({ why }) => /failed calling webhook|no endpoints available for service/.test(why))
  );
}

/** How the builds speak to a cluster: more patiently than a login, and with the API server's words in their log. */
export const patientClient = { timeoutMs: 60_000, tellsServerErrors: true } as const;

/** Reads under way at once, on one connection. */
const parallel = 8;

/** A kind as the API server serves it. */
interface ServedKind {
  type: ResourceType;
  namespaced: boolean;
}

/**
 * Speaks to the API server over the one connection of `client`. (As a program, kubectl took 0.4 s of processor time for
 * each call, most of it for its start and for a token: with a hundred calls the larger part of an installation.)
 *
 * @param client made with {@link patientClient}
 */
export function clusterObjects(client: KubernetesClient): ClusterObjects {
  const served = new Map<string, Map<string, ServedKind>>();
  const kindsOf = async (apiVersion: string): Promise<Map<string, ServedKind>> => {
    const kinds = await readKinds(client, apiVersion);
    served.set(apiVersion, kinds);
    return kinds;
  };
  // What is not known may have been defined since it was asked for last.
  const find = async ({ apiVersion, kind }: ObjectReference): Promise<ServedKind | undefined> =>
    served.get(apiVersion)?.get(kind) ?? (await kindsOf(apiVersion)).get(kind);
  return {
    async apply(objects) {
      const refused: { object: string; why: string }[] = [];
      for (const object of objects) {
        const why = await applyOne(client, object, await find(object));
        if (why !== undefined) refused.push({ object: describeObject(object), why });
      }
      if (refused.length > 0) throw new ApplyError(refused);
    },
    async get(objects) {
      const found = new Map<number, KubernetesObject>();
      const versions = new Set(objects.map(({ apiVersion }) => apiVersion));
      await Promise.all([...versions].filter((version) => !served.has(version)).map(kindsOf));
      const queue = objects.entries();
      await Promise.all(
        Array.from({ length: parallel }, async () => {
          for (const [index, object] of queue) {
            const kind = await find(object);
            const now = kind && (await client.get(kind.type, addressIn(object, kind)));
            if (now !== undefined) found.set(index, now as KubernetesObject);
          }
        }),
      );
      return [...found].sort(([one], [other]) => one - other).map(([, object]) => object);
    },
  };
}

/** @returns why the API server refused it; nothing when it took it */
async function applyOne(
  client: KubernetesClient,
  object: KubernetesObject,
  kind: ServedKind | undefined,
): Promise<string | undefined> {
  if (kind === undefined) return `no matches for kind "${object.kind}" in version "${object.apiVersion}"`;
  const { namespace } = addressIn(object, kind);
  const { namespace: _, ...metadata } = object.metadata;
  const placed = { ...object, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
  try {
    await client.apply(kind.type, placed, { force: true, strict: true });
    return undefined;
  } catch (error) {
    if (!isApiError(error)) throw error;
    return error.message;
  }
}

/** As kubectl does it: none for what belongs to the cluster, `default` where a manifest names none. */
function addressIn(
  { metadata }: ObjectReference,
  { namespaced }: ServedKind,
): { name: string; namespace?: string } {
  return namespaced
    ? { name: metadata.name, namespace: metadata.namespace ?? 'default' }
    : { name: metadata.name };
}

/** The kinds of one version of an API; none where the API server does not serve it. */
async function readKinds(client: KubernetesClient, apiVersion: string): Promise<Map<string, ServedKind>> {
  const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  try {
    const { resources } = await client.document<{
      resources: { name: string; kind: string; namespaced: boolean }[];
    }>(path);
    return new Map(
      resources
        // `deployments/scale` and the like are no objects.
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced }) => [
          kind,
          { type: { apiVersion, kind, plural: name }, namespaced },
        ]),
    );
  } catch (error) {
    if (isApiError(error, 404)) return new Map();
    throw error;
  }
}
