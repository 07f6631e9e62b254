import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { z } from 'zod';
import { metricNames, metricsNamespace } from '../../core/naming';

/** How often in a row the address of a deployment was asked in vain. */
interface EndpointFailures {
  failures: number;
  /** When the last of them was counted, ISO 8601; empty where there is none. */
  countedAt: string;
}

const rowSchema = z.object({ endpoint: z.object({ failures: z.int().min(0), countedAt: z.string() }) });

/** Resyncs that logins ask for may come every minute: what fails within this time, in minutes, is one failure. */
const apartMinutes = 10;

/**
 * Counts on from the record of the last resync; one of an older release counts as none.
 *
 * @param check what came of asking the address now; without it nothing is known, and the count stays
 */
export function countFailures(
  lastRecord: unknown,
  check: { readonly status: 'done' | 'failed' } | undefined,
  now: Date,
): EndpointFailures {
  const { success, data } = rowSchema.safeParse(lastRecord);
  const last: EndpointFailures = success ? data.endpoint : { failures: 0, countedAt: '' };
  if (check === undefined) return last;
  if (check.status === 'done') return { failures: 0, countedAt: '' };
  const isSame = last.failures > 0 && now.getTime() - Date.parse(last.countedAt) < apartMinutes * 60_000;
  return isSame ? last : { failures: last.failures + 1, countedAt: now.toISOString() };
}

/** Publishes the count, zero as well: the alarm takes the highest of all deployments. */
export function publishEndpointFailures(failures: number): void {
  const metrics = new Metrics({ namespace: metricsNamespace, serviceName: 'record-resync' });
  metrics.addMetric(metricNames.endpointFailures, MetricUnit.Count, failures);
  metrics.publishStoredMetrics();
}
