import type { KubernetesClient } from '../adapters/kubernetes/client';
import { isApiError } from '../adapters/kubernetes/api-error';
import { defined } from '../core/defined';
import { resources, type ResourceType } from '../adapters/kubernetes/resources';

/** What somebody who could edit a namespace may have left in it: it goes on under the namespace's own accounts. */
export interface LeftBehind {
  readonly namespace: string;
  /** Pods that run there, whoever started them; missing where they may not be read. */
  readonly pods?: readonly string[];
  /** Secrets with a token that never ends, made before these were refused; missing where they may not be read. */
  readonly lastingTokens?: readonly string[];
}

/** Reads two lists for each namespace. Nothing says who made a pod: it is for people to tell. */
export async function readLeftBehind(
  client: KubernetesClient,
  namespaces: readonly string[],
): Promise<LeftBehind[]> {
  return Promise.all(
    [...new Set(namespaces)].sort().map(async (namespace) => {
      const [pods, lastingTokens] = await Promise.all([
        readNames(client, resources.pods, namespace, 'status.phase!=Succeeded,status.phase!=Failed'),
        readNames(client, resources.secrets, namespace, 'type=kubernetes.io/service-account-token'),
      ]);
      return { namespace, ...defined({ pods, lastingTokens }) };
    }),
  );
}

/** @returns nothing where the caller may not list them */
async function readNames(
  client: KubernetesClient,
  type: ResourceType,
  namespace: string,
  fieldSelector: string,
): Promise<string[] | undefined> {
  try {
    const { items } = await client.reduceList(
      type,
      { namespace, metadataOnly: true, fieldSelector, pageSize: 2_000 },
      ({ metadata }) => metadata?.name ?? '',
    );
    return [...items].sort();
  } catch (error) {
    if (isApiError(error, 403)) return undefined;
    throw error;
  }
}
