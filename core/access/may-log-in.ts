import { foldEmail } from './user-identity';
import type { AccessRules } from './rules';

/** What of the rules says who may log in at all. */
type LoginRules = Pick<AccessRules, 'profile_owner' | 'allowed_email_domains'>;

/**
 * Why a user may not log in, whatever the groups; nothing where the user may.
 *
 * The owner of the groups' Profiles could enter every one of them without a grant, so nobody may be it. An e-mail of a
 * domain that is not the company's is somebody's whom the directory should not have let in.
 */
export function loginProblem(
  email: string,
  { profile_owner: owner, allowed_email_domains: domains }: LoginRules,
): string | undefined {
  const folded = foldEmail(email);
  if (folded === foldEmail(owner))
    return "the e-mail is that of the owner of the groups' Profiles (profile_owner)";
  const domain = folded.slice(folded.lastIndexOf('@') + 1);
  if (domains.length > 0 && !domains.includes(domain))
    return 'the domain of the e-mail is none of allowed_email_domains';
  return undefined;
}
