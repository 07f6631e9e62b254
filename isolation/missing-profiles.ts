import type { DirectoryAccess } from '../core/access/directory';
import type { AccessRules } from '../core/access/rules';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import type { Failure } from './write-failures';
import { awaitTenants, groupProfile, makeProfiles, personalProfile, type ProfileRequest } from './profiles';
import type { Tenants } from './tenants';

/** Makes the Profiles that the directory's groups ask for, and waits for their namespaces. */
export async function makeMissingProfiles(
  client: KubernetesClient,
  access: ReadonlyMap<string, DirectoryAccess>,
  tenants: Tenants,
  rules: AccessRules,
  timeoutMs: number,
): Promise<{ made: number; ready: ReadonlySet<string>; failures: readonly Failure[] }> {
  const requests = new Map<string, ProfileRequest>();
  const ask = (request: ProfileRequest) => {
    if (tenants.state(request.name) === 'absent') requests.set(request.name, request);
  };
  for (const { identity, desired } of access.values()) {
    if (desired === undefined) continue;
    if (rules.create_profiles)
      for (const { namespace } of desired.grants) ask(groupProfile(namespace, rules));
    if (rules.personal_profiles) ask(personalProfile(identity, rules));
  }
  const made = await makeProfiles(client, [...requests.values()]);
  const ready =
    made.waiting.length === 0
      ? new Set<string>()
      : await awaitTenants(client, made.waiting, tenants.resourceVersion, timeoutMs);
  return { made: made.names.length, ready, failures: made.failures };
}
