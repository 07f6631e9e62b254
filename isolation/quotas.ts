import { isDeepStrictEqual } from 'node:util';
import { foldEmail } from '../core/access/identity';
import { personalProfileName } from '../core/access/names';
import type { AccessRules } from '../core/access/rules';
import { managedByLabel } from '../core/naming';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { resources } from '../adapters/kubernetes/resources';
import type { Profile } from '../adapters/kubernetes/types';
import { writesAtATime } from './access-writer';
import { bounded } from './bounded';
import { failureOf, type Failure } from './write-failures';
import { groupProfile } from './profiles';
import { isOpenToGroups } from './tenants';

/** Objects for each list request. */
const pageSize = 2_000;

/** Label by which an administrator keeps the quota of a Profile of ours as it is. */
export const ownQuotaLabel = 'kubeflow-eks/own-quota';

type Quota = Readonly<Record<string, string>>;

/** The quota of a Profile, and whether it is one that the profile manager made and nobody set apart. */
export interface ProfileQuota {
  readonly name: string;
  readonly uid: string | undefined;
  readonly owner: string;
  readonly ours: boolean;
  readonly hard: Quota;
}

/** The quotas of all Profiles, whoever made them: one read (or one for each page). */
export async function readQuotas(client: KubernetesClient): Promise<readonly ProfileQuota[]> {
  const { items } = await client.reduceList(resources.profiles, { pageSize }, quotaOf);
  return items.filter((profile) => profile !== undefined);
}

function quotaOf({ metadata, spec }: Profile): ProfileQuota | undefined {
  if (metadata?.deletionTimestamp !== undefined) return undefined;
  const { name = '', uid, labels = {} } = metadata ?? {};
  return {
    name,
    uid,
    owner: spec.owner?.name ?? '',
    ours: labels[managedByLabel.key] === managedByLabel.value && labels[ownQuotaLabel] !== 'true',
    hard: spec.resourceQuotaSpec?.hard ?? {},
  };
}

/**
 * The quota that a Profile should have where it has another one: `default_quota` for every Profile without any, and what
 * the rules say now for those that the profile manager made. A rule that says nothing takes nothing away.
 */
export function wantedQuota(profile: ProfileQuota, rules: AccessRules): Quota | undefined {
  const said = profile.ours ? quotaByRules(profile, rules) : {};
  const isEmpty = (quota: Quota) => Object.keys(quota).length === 0;
  const wanted = isEmpty(said) && isEmpty(profile.hard) ? rules.default_quota : said;
  return isEmpty(wanted) || isDeepStrictEqual({ ...wanted }, { ...profile.hard }) ? undefined : wanted;
}

function quotaByRules({ name, owner }: ProfileQuota, rules: AccessRules): Quota {
  if (isOpenToGroups(owner, rules)) return groupProfile(name, rules).quota;
  const personal = [owner, foldEmail(owner)].some(
    (email) => personalProfileName(email, rules.email_domains) === name,
  );
  return personal ? rules.personal_profile_quota : {};
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
