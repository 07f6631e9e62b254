import { foldAscii } from './fold';
import { keyedHash, shortHash } from './hash';

/** A user as Kubeflow knows one: by the e-mail that the gateway puts into `kubeflow-userid`. */
export interface UserIdentity {
  /** Exactly as in the token, since the cluster compares it byte by byte. */
  readonly email: string;
  /** Label value that marks this user's objects; the same for every spelling of the e-mail's case. */
  readonly key: string;
}

/** An identity, or why there can be none. */
export type UserIdentityResult =
  { readonly ok: true; readonly identity: UserIdentity } | { readonly ok: false; readonly problem: string };

/** Longest e-mail address (RFC 5321's path limit and some room). */
const longestEmail = 320;

/**
 * The identity of an e-mail.
 *
 * Refused is what would mean something else in the cluster: Istio reads a `*` at either end of a value as a wildcard
 * (an e-mail `*@example.com` would admit the whole company), and Kubernetes keeps `system:` names for itself.
 *
 * @example
 * const result = identityOf('Alice@Example.com');
 * if (result.ok) result.identity.email; // 'alice@example.com'
 */
export function identityOf(email: string | undefined): UserIdentityResult {
  const value = email ?? '';
  if (value === '') return { ok: false, problem: 'the user has no e-mail, by which Kubeflow knows users' };
  if (value.length > longestEmail) return { ok: false, problem: `the e-mail has ${value.length} characters` };
  if (!/^[^@\s]+(@[^@\s]+)+$/u.test(value) || /\p{C}/u.test(value)) {
    return { ok: false, problem: 'the e-mail is not of the form name@domain' };
  }
  if (value.includes('*'))
    return { ok: false, problem: 'the e-mail contains *, which Istio reads as a wildcard' };
  if (value.toLowerCase().startsWith('system:')) {
    return { ok: false, problem: 'the e-mail begins with system:, which Kubernetes reserves' };
  }
  return { ok: true, identity: { email: value, key: userKey(value) } };
}

/**
 * The e-mail as it is compared: mail systems do not tell two spellings by case apart, and neither may we. ASCII alone, or
 * whoever has a look-alike character in his address would be taken for somebody else.
 */
export function foldEmail(email: string): string {
  return foldAscii(email);
}

/** Label value of a user's objects: 130 bits of a hash, because an e-mail fits no label. */
export function userKey(email: string): string {
  return shortHash('user', foldEmail(email), 26);
}

/**
 * A user's name in logs and metrics: stable within one user pool, different between pools.
 *
 * @param userPoolId keys the hash
 * @param email the e-mail, or whatever else names the user
 */
export function pseudonym(userPoolId: string, email: string): string {
  return `u-${keyedHash(userPoolId, foldEmail(email), 16)}`;
}
