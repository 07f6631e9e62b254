import { grantsFor, type DesiredAccess } from '../../core/access/grants';
import type { DirectoryUser } from '../../core/access/directory';
import { parseGroups } from '../../core/access/groups';
import { identityOf, userKey, type UserIdentity } from '../../core/access/user-identity';
import { loginProblem } from '../../core/access/may-log-in';
import { errorName } from '../../core/error-name';
import { reconcileUser, type UserReport } from '../../isolation/reconcile-user';
import type { ConnectedPool } from './clusters';
import type { LoginRequest } from './event';

/** What a login came to. */
export type LoginOutcome =
  /** The cluster is as the directory says, but for what the report refuses. */
  | { readonly kind: 'synced'; readonly groups: readonly string[]; readonly report: UserReport }
  /** Something is missing that the directory gives, or could not be repaired; the user has nothing beyond it. */
  | {
      readonly kind: 'incomplete';
      readonly groups: readonly string[];
      readonly problem: string;
      readonly report: UserReport;
    }
  /** The user cannot have any access: there is nothing to bring in line. */
  | { readonly kind: 'without-identity'; readonly groups: readonly string[]; readonly problem: string }
  /** The rules say that this e-mail may not log in. */
  | { readonly kind: 'not-allowed'; readonly groups: readonly string[]; readonly problem: string }
  /** The directory has not said which groups the user is in. */
  | { readonly kind: 'groups-left-out'; readonly groups: readonly string[]; readonly problem: string }
  /** The user may still have what the directory no longer gives, or nobody knows. */
  | {
      readonly kind: 'out-of-sync';
      readonly groups: readonly string[];
      readonly problem: string;
      readonly report?: UserReport;
      readonly cause?: unknown;
    };

/** Requests to the Kubernetes API that one login made. */
export interface LoginRequests {
  readonly read: number;
  readonly write: number;
}

/** The users of a pool that have an e-mail, in any spelling of its case. */
export type FindUsers = (
  userPoolId: string,
  email: string,
  signal: AbortSignal,
) => Promise<readonly DirectoryUser[]>;

/**
 * Brings the cluster in line with one login. Never throws: what went wrong is part of the outcome, and whether the
 * login is refused for it is the rules' decision.
 */
export async function synchronise(
  login: LoginRequest,
  pool: ConnectedPool,
  findUsers: FindUsers,
  signal: AbortSignal,
): Promise<{ outcome: LoginOutcome; requests: LoginRequests }> {
  const client = pool.access.client.scope({ signal });
  const outcome = await outcomeOf(login, { ...pool, access: { ...pool.access, client } }, findUsers, signal);
  return { outcome, requests: { ...client.requests } };
}

async function outcomeOf(
  login: LoginRequest,
  pool: ConnectedPool,
  findUsers: FindUsers,
  signal: AbortSignal,
): Promise<LoginOutcome> {
  if (login.groupsLeftOut) {
    const problem = 'the directory has left the groups out, since there are too many of them';
    return { kind: 'groups-left-out', groups: [], problem };
  }
  const parsed = parseGroups(login.groupsAttribute, pool.rules.group_separator);
  if (!parsed.ok) return { kind: 'out-of-sync', groups: [], problem: parsed.problem };
  const { groups } = parsed;
  const result = identityOf(login.email);
  if (!result.ok) return { kind: 'without-identity', groups, problem: result.problem };
  const { identity } = result;
  const notAllowed = loginProblem(identity.email, pool.rules);
  if (notAllowed !== undefined) return { kind: 'not-allowed', groups, problem: notAllowed };
  const others = async () =>
    accessOfOthers(login, identity, await findUsers(login.userPoolId, identity.email, signal), pool);
  try {
    const desired = grantsFor(groups, pool.rules);
    const report = await reconcileUser(pool.access, identity, desired, pool.rules, { signal, others });
    if (report.failures.length === 0) return { kind: 'synced', groups, report };
    const reasons = [...new Set(report.failures.map(({ reason }) => reason))].join(', ');
    const problem = `${report.failures.length} changes failed (${reasons})`;
    const kind = report.failures.some(({ leavesAccess }) => leavesAccess) ? 'out-of-sync' : 'incomplete';
    return { kind, groups, problem, report };
  } catch (cause) {
    return {
      kind: 'out-of-sync',
      groups,
      problem: `the cluster could not be read (${errorName(cause)})`,
      cause,
    };
  }
}

/** What the rules give to the other users whom Kubeflow cannot tell from this one. */
function accessOfOthers(
  login: LoginRequest,
  identity: UserIdentity,
  users: readonly DirectoryUser[],
  { rules }: ConnectedPool,
): (DesiredAccess | undefined)[] {
  return users
    .filter(
      ({ enabled, userName, email }) =>
        enabled && userName !== login.userName && email !== undefined && userKey(email) === identity.key,
    )
    .map(({ groupsAttribute, groupsLeftOut }) => {
      if (groupsLeftOut === true) return undefined;
      const parsed = parseGroups(groupsAttribute, rules.group_separator);
      return parsed.ok ? grantsFor(parsed.groups, rules) : undefined;
    });
}
