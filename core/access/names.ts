import { dnsLabel } from '../dns-label';
import { foldAscii } from './fold';
import { distinguishingCharacters, shortHash } from './hash';
import { foldEmail } from './user-identity';
import type { Role } from './roles';

/** Longest name of a namespace. */
const longestNamespace = 63;
/** Longest name of a custom resource's object. */
const longestName = 253;

/** What {@link namespaceName} makes where a name cannot stay as it is. */
const distinguished = new RegExp(`--[a-z2-7]{${distinguishingCharacters}}$`);

/**
 * The namespace of a group's name. Collision-free: names that differ by more than the case of ASCII letters
 * never share a namespace.
 *
 * A name that is a namespace's name stays (in lower case: Active Directory does not tell case apart). Any other is
 * cleaned and gets `--` and 80 bits of its own hash. A name that already looks like that is treated as any other, so
 * nobody can pick a group name that stays and equals what another one becomes.
 */
export function namespaceName(name: string): string {
  const folded = foldAscii(name);
  if (dnsLabel.test(folded) && !distinguished.test(folded)) return folded;
  const suffix = `--${shortHash('namespace', folded, distinguishingCharacters)}`;
  return `${clean(folded, longestNamespace - suffix.length) || 'group'}${suffix}`;
}

/** Names that one user's objects may have in a namespace. */
export interface BindingNames {
  /** The name to use. */
  readonly preferred: string;
  /** The name to use where somebody else's object has the preferred one. */
  readonly alternative: string;
}

/**
 * Names of a user's RoleBinding and Istio policy for a role.
 *
 * The dashboard's KFAM calls them `user-<e-mail with every run of other characters as "-">-clusterrole-<role>`, which is
 * the same for `a.b@x.org` and `a-b@x.org`. Here an e-mail has that name only if it can be read back from it
 * ({@link readBack}); every other e-mail gets the hash of itself at the end. As reading back is a function, two e-mails
 * never share a name; as KFAM's names end in the role, they never equal one that ends in a hash.
 *
 * @param emailDomains domains that are read back beside those of two plain parts (`email_domains` of the rules)
 */
export function bindingNames(email: string, role: Role, emailDomains: readonly string[]): BindingNames {
  const folded = foldEmail(email);
  const suffix = `clusterrole-${role}`;
  const cleaned = clean(email, Infinity);
  const kfam = `user-${cleaned}-${suffix}`;
  const hash = shortHash('binding', folded, distinguishingCharacters);
  const room = longestName - `user--${suffix}-${hash}`.length;
  const alternative = ['user', clean(email, room), suffix, hash].filter((part) => part !== '').join('-');
  const canonical = kfam.length <= longestName && readBack(cleaned, emailDomains) === folded;
  return { preferred: canonical ? kfam : alternative, alternative };
}

/** The one e-mail that a cleaned e-mail is read as: the longest known domain, else the last two parts, at its end. */
function readBack(cleaned: string, emailDomains: readonly string[]): string | undefined {
  const domain = [...emailDomains]
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .find((candidate) => cleaned.endsWith(`-${clean(candidate, Infinity)}`));
  const parts = cleaned.split('-');
  const domainParts = domain === undefined ? 2 : clean(domain, Infinity).split('-').length;
  const local = parts.slice(0, -domainParts);
  if (local.length === 0) return undefined;
  return `${local.join('.')}@${domain ?? parts.slice(-domainParts).join('.')}`;
}

/** Name of a user's personal Profile: read back like a binding's name, or with the hash of the e-mail. */
export function personalProfileName(email: string, emailDomains: readonly string[]): string {
  const cleaned = clean(email, Infinity);
  const name = `${personalPrefix}${cleaned}`;
  if (name.length <= longestNamespace && readBack(cleaned, emailDomains) === foldEmail(email)) return name;
  const suffix = `--${shortHash('profile', foldEmail(email), distinguishingCharacters)}`;
  return `${personalPrefix}${clean(email, longestNamespace - personalPrefix.length - suffix.length) || 'user'}${suffix}`;
}

/** Beginning of every personal Profile's name, as in the seed. */
export const personalPrefix = 'profile-';

/** Every run of other characters than ASCII letters and digits as one `-`, lower case, cut to a length, no `-` at the ends. */
function clean(text: string, length: number): string {
  return text
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .toLowerCase()
    .replace(/^-/, '')
    .slice(0, length)
    .replace(/-$/, '');
}
