import { grantsFor } from '../../core/access/grants';
import { parseGroups } from '../../core/access/groups';
import { identityOf } from '../../core/access/identity';
import { loginProblem } from '../../core/access/may-log-in';
import { reconcileUser, type UserReport } from '../../isolation/reconcile-user';
import type { ConnectedPool } from './clusters';
import type { LoginRequest } from './event';

/** What a login came to. */
export type LoginOutcome =
  /** The cluster is as the directory says, but for what the report refuses. */
  | { readonly kind: 'synced'; readonly groups: readonly string[]; readonly report: UserReport }
  /** The user cannot have any access: there is nothing to bring in line. */
  | { readonly kind: 'without-identity'; readonly groups: readonly string[]; readonly problem: string }
  /** The rules say that this e-mail may not log in. */
  | { readonly kind: 'not-allowed'; readonly groups: readonly string[]; readonly problem: string }
  /** The cluster could not be (wholly) brought in line. */
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

/**
 * Brings the cluster in line with one login. Never throws: what went wrong is part of the outcome, and whether the
 * login is refused for it is the rules' decision.
 */
export async function synchronise(
  login: LoginRequest,
  pool: ConnectedPool,
  signal: AbortSignal,
): Promise<{ outcome: LoginOutcome; requests: LoginRequests }> {
  const client = pool.access.client.scope({ signal });
  const outcome = await outcomeOf(login, { ...pool, access: { ...pool.access, client } }, signal);
  return { outcome, requests: { ...client.requests } };
}

async function outcomeOf(
  login: LoginRequest,
  pool: ConnectedPool,
  signal: AbortSignal,
): Promise<LoginOutcome> {
  const parsed = parseGroups(login.groupsAttribute);
  if (!parsed.ok) return { kind: 'out-of-sync', groups: [], problem: parsed.problem };
  const { groups } = parsed;
  const identity = identityOf(login.email);
  if (!identity.ok) return { kind: 'without-identity', groups, problem: identity.problem };
  const notAllowed = loginProblem(identity.identity.email, pool.rules);
  if (notAllowed !== undefined) return { kind: 'not-allowed', groups, problem: notAllowed };
  try {
    const desired = grantsFor(groups, pool.rules);
    const report = await reconcileUser(pool.access, identity.identity, desired, pool.rules, { signal });
    if (report.failures.length === 0) return { kind: 'synced', groups, report };
    const reasons = [...new Set(report.failures.map(({ reason }) => reason))].join(', ');
    return {
      kind: 'out-of-sync',
      groups,
      problem: `${report.failures.length} changes failed (${reasons})`,
      report,
    };
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'unknown';
    return { kind: 'out-of-sync', groups, problem: `the cluster could not be read (${name})`, cause };
  }
}
