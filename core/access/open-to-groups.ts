import type { AccessRules } from './rules';
import { foldEmail } from './user-identity';

/**
 * Whether a group may name the namespaces of an owner's Profiles. Whoever owns a Profile is the administrator of what
 * the group's members do there, so it must be `profile_owner` or one that the rules list.
 */
export function isOpenToGroups(
  owner: string | undefined,
  rules: Pick<AccessRules, 'profile_owner' | 'accepted_profile_owners'>,
): boolean {
  return [rules.profile_owner, ...rules.accepted_profile_owners].some(
    (accepted) => owner !== undefined && foldEmail(accepted) === foldEmail(owner),
  );
}
