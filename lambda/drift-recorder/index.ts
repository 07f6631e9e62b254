import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { eventHandler } from '../../adapters/aws/event-handler';
import { metricsNamespace } from '../../core/naming';
import { recordDrift } from './record-drift';

const metrics = new Metrics({ namespace: metricsNamespace, serviceName: 'drift-recorder' });

function measure(name: string, value: number): void {
  metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}

/** Called by the rule on the ends of plans that the schedule started. */
export const handler = eventHandler('the look for drift could not be recorded', (event, parts) =>
  recordDrift(event, { ...parts, now: () => new Date(), environment: process.env, measure }),
);
