import type { UserIdentity } from '../core/access/user-identity';
import { personalProfileName } from '../core/access/names';
import { groupQuota, namespaceQuota } from '../core/access/profile-quota';
import type { AccessRules } from '../core/access/rules';
import { managedByLabel } from '../core/naming';
import { failureOf, type Failure } from './write-failures';
import { writesAtATime } from './access-writer';
import { bounded } from './bounded';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { isApiError } from '../adapters/kubernetes/api-error';
import { resources } from '../adapters/kubernetes/resources';
import type { Profile } from '../adapters/kubernetes/types';
import { knownOf } from './tenants';

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

/** The Profile of a group's namespace. */
export function groupProfile(namespace: string, rules: AccessRules): ProfileRequest {
  return { name: namespace, owner: rules.profile_owner, quota: groupQuota(namespace, rules) };
}

/** A user's personal Profile. */
export function personalProfile(identity: UserIdentity, rules: AccessRules): ProfileRequest {
  const name = personalProfileName(identity.email, rules.email_domains);
  return {
    name,
    owner: identity.email,
    quota: namespaceQuota(name, rules) ?? rules.personal_profile_quota,
  };
}

/** What came of making Profiles. */
export interface MadeProfiles {
  /** Made by this call. */
  readonly names: readonly string[];
  /** There now, by whomever; their namespaces come in a moment. */
  readonly waiting: readonly ProfileRequest[];
  readonly failures: readonly Failure[];
}

/** Makes the Profiles; one that exists already (somebody was faster) is as good. */
export async function makeProfiles(
  client: KubernetesClient,
  requests: readonly ProfileRequest[],
): Promise<MadeProfiles> {
  const names: string[] = [];
  const waiting: ProfileRequest[] = [];
  const failures: Failure[] = [];
  await bounded(
    writesAtATime,
    requests.map((request) => async () => {
      try {
        await client.create(resources.profiles, profileOf(request));
        names.push(request.name);
        waiting.push(request);
      } catch (error) {
        if (isApiError(error, 409)) waiting.push(request);
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

/**
 * Waits until the profile controller has made the namespaces of new Profiles: one watch. One that turns out to be another
 * owner's, who was faster, is never ready.
 *
 * @param requests the Profiles of the namespaces waited for
 * @param since the resource version of the list that did not have them
 * @returns those that are there
 */
export async function awaitTenants(
  client: KubernetesClient,
  requests: readonly ProfileRequest[],
  since: string,
  timeoutMs: number,
): Promise<Set<string>> {
  const waiting = new Map(requests.map(({ name, owner }) => [name, owner]));
  const ready = new Set<string>();
  try {
    await client.watch(
      resources.namespaces,
      { metadataOnly: true, resourceVersion: since, timeoutMs },
      ({ object }) => {
        const name = object.metadata?.name ?? '';
        const known = knownOf(object);
        if (known.state === 'tenant' && known.owner !== undefined && waiting.get(name) === known.owner) {
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
