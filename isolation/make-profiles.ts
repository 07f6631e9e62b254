import { failureOf, writesAtATime, type Failure } from './access-writer';
import { bounded } from './bounded';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { isApiError } from '../adapters/kubernetes/errors';
import { resources } from '../adapters/kubernetes/resources';
import { profileOf, type ProfileRequest } from './tenants';

/** What came of making Profiles. */
export interface MadeProfiles {
  /** Made by this call. */
  readonly names: readonly string[];
  /** There now, by whomever; their namespaces come in a moment. */
  readonly waiting: readonly string[];
  readonly failures: readonly Failure[];
}

/** Makes the Profiles; one that exists already (somebody was faster) is as good. */
export async function makeProfiles(
  client: KubernetesClient,
  requests: readonly ProfileRequest[],
): Promise<MadeProfiles> {
  const names: string[] = [];
  const waiting: string[] = [];
  const failures: Failure[] = [];
  await bounded(
    writesAtATime,
    requests.map((request) => async () => {
      try {
        await client.create(resources.profiles, profileOf(request));
        names.push(request.name);
        waiting.push(request.name);
      } catch (error) {
        if (isApiError(error, 409)) waiting.push(request.name);
        else {
          const change = {
            action: 'create',
            part: 'profile',
            namespace: request.name,
            role: undefined,
          } as const;
          failures.push(failureOf(change, error));
        }
      }
    }),
  );
  return { names, waiting, failures };
}
