import { quotaOf, wantedQuota, type ProfileQuota } from '../core/access/profile-quota';
import type { AccessRules } from '../core/access/rules';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { resources } from '../adapters/kubernetes/resources';
import { writesAtATime } from './access-writer';
import { bounded } from './bounded';
import { failureOf, type Failure } from './write-failures';

/** Objects for each list request. */
const pageSize = 2_000;

/** The quotas of all Profiles, whoever made them: one read (or one for each page). */
export async function readQuotas(client: KubernetesClient): Promise<readonly ProfileQuota[]> {
  const { items } = await client.reduceList(resources.profiles, { pageSize }, quotaOf);
  return items.filter((profile) => profile !== undefined);
}

/** Brings quotas to what the rules say; the profile controller makes the ResourceQuotas of them. */
export async function giveQuotas(
  client: KubernetesClient,
  rules: AccessRules,
): Promise<{ given: number; without: number; failures: readonly Failure[] }> {
  const quotas = await readQuotas(client);
  const failures: Failure[] = [];
  let given = 0;
  const withOne = new Set(quotas.filter(({ hard }) => Object.keys(hard).length > 0).map(({ name }) => name));
  await bounded(
    writesAtATime,
    quotas.map((profile) => async () => {
      const wanted = wantedQuota(profile, rules);
      if (wanted === undefined) return;
      const { name, uid, hard } = profile;
      const gone = Object.keys(hard).filter((limit) => !(limit in wanted));
      try {
        // A merge, since an apply leaves the limits with which the Profile was made.
        await client.merge(
          resources.profiles,
          { name },
          {
            ...(uid !== undefined && { metadata: { uid } }),
            spec: {
              resourceQuotaSpec: {
                hard: { ...wanted, ...Object.fromEntries(gone.map((limit) => [limit, null])) },
              },
            },
          },
        );
        given += 1;
        withOne.add(name);
      } catch (error) {
        const change = { action: 'repair', part: 'profile', namespace: name, role: undefined } as const;
        failures.push(failureOf(change, error));
      }
    }),
  );
  return { given, without: quotas.length - withOne.size, failures };
}
