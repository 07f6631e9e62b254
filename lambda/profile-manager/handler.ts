import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Clusters, ConnectedPool } from './clusters';
import { readLogin, withGroups, type PreTokenEvent } from './event';
import { synchronise, type FindUsers } from './synchronise';
import { reportLogin } from './report-login';
import { errorName } from '../../core/error-name';

/** What the handler is made of. */
export interface ProfileManagerParts {
  readonly clusters: Clusters;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly findUsers: FindUsers;
  /** Asks for a re-sync of a deployment. Never throws, and is bounded by itself. */
  readonly requestResync: (pool: Pick<ConnectedPool, 'deployment'>, reason: string) => Promise<void>;
}

/** Cognito hands these words on in `error_description`: they stand in the address of oauth2-proxy's page (docs/login.md). */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

const refusal = 'Your access could not be brought up to date. Please sign in again in a minute.';
const leftOutRefusal =
  'Your directory did not say which groups you are in, because they are too many. Please ask those who run Kubeflow.';
const notAllowedRefusal = 'This account may not be used with Kubeflow. Please ask those who run it.';

/**
 * One login: bring the cluster in line, then let the token carry the directory's groups.
 *
 * @param budgetMs everything must be answered by then
 * A login is refused only where the user may still have what the directory no longer gives; what is missing, and what
 * concerns others, is reported and left to a re-sync. So nobody can refuse a login of somebody else.
 *
 * @throws LoginRefused where the cluster is out of sync and the rules say `on_sync_failure: deny`, for groups that the
 *   directory has left out, for an e-mail that the rules do not let in, and for a pool that no deployment registered
 */
export async function handleLogin<E extends PreTokenEvent>(
  parts: ProfileManagerParts,
  event: E,
  budgetMs: number,
): Promise<E> {
  const startedAt = performance.now();
  const login = readLogin(event);
  if (login === undefined) return event;
  const end = new AbortController();
  const timer = setTimeout(() => {
    end.abort(new Error(`the login's ${Math.round(budgetMs)} ms are over`));
  }, budgetMs);
  try {
    const pool = await registeredPool(parts, login.userPoolId, end.signal);
    if (pool === undefined) {
      // Its deployment is being provisioned or destroyed. Where a pool is re-created for a cluster that lives, the cluster
      // may still have what the same people were granted before: nobody can tell until the pool is registered.
      parts.logger.warn('login to a pool that no deployment registered', { userPoolId: login.userPoolId });
      throw new LoginRefused('This Kubeflow is not ready for logins yet. Please try again later.');
    }
    const { outcome, requests } = await synchronise(login, pool, parts.findUsers, end.signal);
    const notAllowed = outcome.kind === 'not-allowed';
    // Whatever `on_sync_failure` says: what is known of these groups is that it is out of date.
    const leftOut = outcome.kind === 'groups-left-out';
    const denied =
      notAllowed || leftOut || (outcome.kind === 'out-of-sync' && pool.rules.on_sync_failure === 'deny');
    const durationMs = performance.now() - startedAt;
    reportLogin(parts.logger, parts.metrics, { login, pool, outcome, requests, durationMs, denied });
    const reason = resyncReason(outcome, pool);
    if (reason !== undefined) await parts.requestResync(pool, reason);
    if (denied) throw new LoginRefused(notAllowed ? notAllowedRefusal : leftOut ? leftOutRefusal : refusal);
    return withGroups(event, outcome.groups);
  } finally {
    clearTimeout(timer);
  }
}

/** Why a login asks for a re-sync, if it does: something of it is left to be done. */
export function resyncReason(
  outcome: Awaited<ReturnType<typeof synchronise>>['outcome'],
  pool: Pick<ConnectedPool, 'artifacts'>,
): string | undefined {
  if (outcome.kind === 'out-of-sync') return 'a login could not be synchronised';
  if (outcome.kind === 'incomplete') return 'a login could not be completed';
  if (outcome.kind !== 'synced') return undefined;
  if (outcome.report.pending.length > 0) return 'a new profile was not ready';
  // Roles are the re-sync's to give: a login makes no call for them (docs/adr/0155).
  return pool.artifacts !== undefined && outcome.report.profiles.length > 0
    ? 'a new profile has no role for its artifacts yet'
    : undefined;
}

/** @throws LoginRefused where the registry does not answer: nobody knows then which rules hold */
async function registeredPool(
  { clusters, logger }: ProfileManagerParts,
  userPoolId: string,
  signal: AbortSignal,
): Promise<ConnectedPool | undefined> {
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('the registry did not answer in time'));
    });
  });
  try {
    return await Promise.race([clusters.of(userPoolId), ended]);
  } catch (error) {
    logger.error('the registry cannot be read', {
      userPoolId,
      error: errorName(error),
    });
    throw new LoginRefused(refusal, { cause: error });
  }
}
