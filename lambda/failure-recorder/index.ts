import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { eventHandler } from '../../adapters/aws/event-handler';
import { metricNames, metricsNamespace } from '../../core/naming';
import { recordFailure } from './record-failure';

const metrics = new Metrics({ namespace: metricsNamespace, serviceName: 'failure-recorder' });

function alarm(workflow: string): void {
  metrics.addDimension('Workflow', workflow);
  metrics.addMetric(metricNames.failedExecutions, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** Called by the rule on executions that ended without success. */
export const handler = eventHandler('the failure could not be recorded', (event, parts) =>
  recordFailure(event, { ...parts, now: () => new Date(), environment: process.env, alarm }),
);
