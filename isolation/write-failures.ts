import { messageOf } from '../core/errors';
import type { GrantPart } from '../core/access/diff';
import type { Role } from '../core/access/roles';
import { errorName } from '../core/error-name';
import { isApiError } from '../adapters/kubernetes/api-error';

/** One object that was changed. */
export interface Change {
  readonly action: 'create' | 'repair' | 'remove';
  readonly part: GrantPart | 'profile' | 'namespace';
  readonly namespace: string;
  readonly role: Role | undefined;
}

/** One object that could not be changed, and may be at the next try. */
export interface Failure extends Change {
  /** Kind of failure, without any names: `Forbidden`, `ClusterUnreachable`, … */
  readonly reason: string;
  /** What the API server said; may contain names made of e-mails. */
  readonly message: string;
  /**
   * Whether the user may still do what the directory no longer gives: the one reason to refuse a login. Whatever else
   * fails leaves the user with less than is due, or concerns what others have.
   */
  readonly leavesAccess: boolean;
}

/** What is reported of a change that did not come about. */
export function failureOf(change: Change, error: unknown, leavesAccess = false): Failure {
  const message = messageOf(error);
  return { ...change, message, reason: isApiError(error) ? error.reason : errorName(error), leavesAccess };
}
