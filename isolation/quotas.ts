import type { AccessRules } from '../core/access/rules';
import { writesAtATime } from './access-writer';
import { bounded } from './bounded';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { resources } from '../adapters/kubernetes/resources';
import { failureOf, type Failure } from './write-failures';

/** Objects for each list request. */
const pageSize = 2_000;

/** Names of the Profiles that have no quota, no matter who made them: one read (or one for each page). */
export async function profilesWithoutQuota(
  client: KubernetesClient,
): Promise<readonly { name: string; uid: string | undefined }[]> {
  const { items } = await client.reduceList(resources.profiles, { pageSize }, ({ metadata, spec }) => ({
    name: metadata?.name ?? '',
    uid: metadata?.uid,
    leaving: metadata?.deletionTimestamp !== undefined,
    limits: Object.keys(spec.resourceQuotaSpec?.hard ?? {}).length,
  }));
  return items
    .filter(({ limits, leaving }) => limits === 0 && !leaving)
    .map(({ name, uid }) => ({ name, uid }));
}

/** Gives `default_quota` to every Profile without a quota; the profile controller makes its ResourceQuota of it. */
export async function giveQuotas(
  client: KubernetesClient,
  rules: AccessRules,
): Promise<{ given: number; without: number; failures: readonly Failure[] }> {
  const without = await profilesWithoutQuota(client);
  if (Object.keys(rules.default_quota).length === 0) {
    return { given: 0, without: without.length, failures: [] };
  }
  const failures: Failure[] = [];
  await bounded(
    writesAtATime,
    without.map(({ name, uid }) => async () => {
      try {
        await client.apply(resources.profiles, {
          apiVersion: resources.profiles.apiVersion,
          kind: resources.profiles.kind,
          // With the uid: an apply would make a Profile that has gone in the meantime.
          metadata: { name, ...(uid !== undefined && { uid }) },
          spec: { resourceQuotaSpec: { hard: rules.default_quota } },
        });
      } catch (error) {
        const change = { action: 'repair', part: 'profile', namespace: name, role: undefined } as const;
        failures.push(failureOf(change, error));
      }
    }),
  );
  return { given: without.length - failures.length, without: failures.length, failures };
}
