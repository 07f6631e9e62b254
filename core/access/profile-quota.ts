import { isDeepStrictEqual } from 'node:util';
import { managedByLabel } from '../naming';
import { foldEmail } from './user-identity';
import { personalProfileName } from './names';
import { isOpenToGroups } from './open-to-groups';
import type { AccessRules } from './rules';

/** Label by which an administrator keeps the quota of a Profile of ours as it is. */
export const ownQuotaLabel = 'kubeflow-eks/own-quota';

/** Hard limits of a ResourceQuota; empty is none. */
export type Quota = Readonly<Record<string, string>>;

/** The rules that decide on quotas. */
export const quotaRules = [
  'default_quota',
  'profile_quota',
  'personal_profile_quota',
  'namespaces',
  'profile_owner',
  'accepted_profile_owners',
  'email_domains',
] as const satisfies readonly (keyof AccessRules)[];

export type QuotaRules = Pick<AccessRules, (typeof quotaRules)[number]>;

/** The quota of a Profile, and whether it is one that the profile manager made and nobody set apart. */
export interface ProfileQuota {
  readonly name: string;
  readonly uid: string | undefined;
  readonly owner: string;
  readonly ours: boolean;
  readonly hard: Quota;
}

/** As much of a Profile as says what its quota is. */
export interface ProfileLike {
  readonly metadata?: {
    readonly name?: string | undefined;
    readonly uid?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly deletionTimestamp?: string | undefined;
  };
  readonly spec?:
    | {
        readonly owner?: { readonly name: string };
        readonly resourceQuotaSpec?: { readonly hard?: Quota };
      }
    | undefined;
}

/** The quota of a Profile; nothing for one that is being deleted. */
export function quotaOf({ metadata, spec }: ProfileLike): ProfileQuota | undefined {
  if (metadata?.deletionTimestamp !== undefined) return undefined;
  const { name = '', uid, labels = {} } = metadata ?? {};
  return {
    name,
    uid,
    owner: spec?.owner?.name ?? '',
    ours: labels[managedByLabel.key] === managedByLabel.value && labels[ownQuotaLabel] !== 'true',
    hard: spec?.resourceQuotaSpec?.hard ?? {},
  };
}

/**
 * The quota that a Profile should have where it has another one: for every Profile without any its namespace's own or
 * `default_quota`, and what the rules say now for those that the profile manager made. A rule that says nothing takes
 * nothing away.
 */
export function wantedQuota(profile: ProfileQuota, rules: QuotaRules): Quota | undefined {
  const said = profile.ours ? quotaByRules(profile, rules) : {};
  const first = namespaceQuota(profile.name, rules) ?? rules.default_quota;
  const wanted = isEmpty(said) && isEmpty(profile.hard) ? first : said;
  return isEmpty(wanted) || isDeepStrictEqual({ ...wanted }, { ...profile.hard }) ? undefined : wanted;
}

/** The quota that the rules give to this very namespace. */
export function namespaceQuota(
  name: string,
  { namespaces }: Pick<QuotaRules, 'namespaces'>,
): Quota | undefined {
  return Object.hasOwn(namespaces, name) ? namespaces[name]?.quota : undefined;
}

/** The quota of the Profile that is made for a group. */
export function groupQuota(name: string, rules: QuotaRules): Quota {
  const { profile_quota, default_quota } = rules;
  return namespaceQuota(name, rules) ?? (isEmpty(profile_quota) ? default_quota : profile_quota);
}

/** What is told of the quotas of Profiles: who has none, and whose the next re-sync changes. */
export interface QuotaFindings {
  readonly withoutQuota: readonly string[];
  readonly quotaToChange: readonly string[];
  /** Have another quota than `access.namespaces` says, and keep it: the profile manager did not make them, or they are set apart. */
  readonly quotaKept: readonly string[];
}

/** Sorts Profiles by what is to be told of them. One without a quota is named as such, also where it is to get one. */
export function quotaFindings(profiles: readonly ProfileQuota[], rules: QuotaRules): QuotaFindings {
  const names = (found: (profile: ProfileQuota) => boolean) => profiles.filter(found).map(({ name }) => name);
  return {
    withoutQuota: names(({ hard }) => isEmpty(hard)),
    quotaToChange: names((profile) => !isEmpty(profile.hard) && wantedQuota(profile, rules) !== undefined),
    quotaKept: names(({ name, ours, hard }) => {
      const wanted = namespaceQuota(name, rules);
      return (
        !ours && !isEmpty(hard) && wanted !== undefined && !isDeepStrictEqual({ ...wanted }, { ...hard })
      );
    }),
  };
}

function quotaByRules({ name, owner }: ProfileQuota, rules: QuotaRules): Quota {
  if (isOpenToGroups(owner, rules)) return groupQuota(name, rules);
  const personal = [owner, foldEmail(owner)].some(
    (email) => personalProfileName(email, rules.email_domains) === name,
  );
  return namespaceQuota(name, rules) ?? (personal ? rules.personal_profile_quota : {});
}

function isEmpty(quota: Quota): boolean {
  return Object.keys(quota).length === 0;
}
