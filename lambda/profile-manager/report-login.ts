import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import { pseudonym } from '../../core/access/user-identity';
import { personalPrefix } from '../../core/access/names';
import type { AccessRules } from '../../core/access/rules';
import type { ConnectedPool } from './clusters';
import type { LoginRequest } from './event';
import type { LoginOutcome, LoginRequests } from './synchronise';

/** Everything about one login that is worth a line and a number. */
export interface LoginRecord {
  readonly login: LoginRequest;
  readonly pool: ConnectedPool;
  readonly outcome: LoginOutcome;
  readonly requests: LoginRequests;
  readonly durationMs: number;
  readonly denied: boolean;
}

/**
 * Writes one log line and one set of metrics for a login. Persons appear as a hash that is keyed by the pool, unless
 * `log_identities` is on; messages of the API server, which carry object names made of e-mails, never appear.
 */
export function reportLogin(logger: Logger, metrics: Metrics, record: LoginRecord): void {
  const { login, pool, outcome, requests, durationMs, denied } = record;
  const { rules } = pool;
  const report = 'report' in outcome ? outcome.report : undefined;
  const line = {
    deployment: pool.deployment,
    user: pseudonym(login.userPoolId, login.email ?? ''),
    ...(rules.log_identities ? { email: login.email, groups: outcome.groups } : {}),
    trigger: login.source,
    outcome: outcome.kind,
    denied,
    durationMs: Math.round(durationMs),
    requests,
    groupCount: outcome.groups.length,
    grantCount: report?.grants.length ?? 0,
    changes: (report?.changes ?? []).map((change) => ({
      ...change,
      namespace: shown(change.namespace, rules),
    })),
    pending: report?.pending.map(({ namespace }) => shown(namespace, rules)) ?? [],
    refusals: (report?.refusals ?? []).map(({ reason, namespace }) => ({
      reason,
      namespace: namespace === undefined ? undefined : shown(namespace, rules),
    })),
    failures: (report?.failures ?? []).map(({ action, part, namespace, reason }) => ({
      action,
      part,
      namespace: shown(namespace, rules),
      reason,
    })),
    ...(outcome.kind === 'synced' ? {} : { problem: outcome.problem }),
  };
  if (outcome.kind === 'synced' && line.refusals.length === 0) logger.info('login', line);
  else if (outcome.kind === 'out-of-sync') logger.error('login out of sync', line);
  else if (outcome.kind === 'incomplete') logger.warn('login incomplete', line);
  else logger.warn('login with refusals', line);

  metrics.addDimension('Deployment', pool.deployment);
  metrics.addMetric('LoginDuration', MetricUnit.Milliseconds, durationMs);
  metrics.addMetric('KubernetesReads', MetricUnit.Count, requests.read);
  metrics.addMetric('KubernetesWrites', MetricUnit.Count, requests.write);
  metrics.addMetric('Grants', MetricUnit.Count, line.grantCount);
  metrics.addMetric('Changes', MetricUnit.Count, line.changes.length);
  metrics.addMetric('Refusals', MetricUnit.Count, line.refusals.length);
  metrics.addMetric('Failures', MetricUnit.Count, line.failures.length);
  metrics.addMetric('OutOfSync', MetricUnit.Count, outcome.kind === 'out-of-sync' ? 1 : 0);
  metrics.addMetric('LoginsDenied', MetricUnit.Count, denied ? 1 : 0);
  metrics.publishStoredMetrics();
}

/** A personal profile's name is made of an e-mail. */
function shown(namespace: string, rules: AccessRules): string {
  const personal = rules.personal_profiles && namespace.startsWith(personalPrefix);
  return personal && !rules.log_identities ? `${personalPrefix}…` : namespace;
}
