import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { translateAwsError } from '../../adapters/aws/errors';
import { metricNames, metricsNamespace, product } from '../../core/naming';
import { recordFailure } from './record-failure';

// Kept between invocations of a warm function.
let clients: AwsClients | undefined;
const logger = new Logger({ serviceName: product });
const metrics = new Metrics({ namespace: metricsNamespace, serviceName: 'failure-recorder' });

function alarm(workflow: string): void {
  metrics.addDimension('Workflow', workflow);
  metrics.addMetric(metricNames.failedExecutions, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** Called by the rule on executions that ended without success. What it throws is retried by Lambda. */
export async function handler(event: unknown): Promise<void> {
  clients ??= createClients({ region: process.env['AWS_REGION'] ?? '' });
  logger.resetKeys();
  try {
    await recordFailure(event, { clients, logger, now: () => new Date(), environment: process.env, alarm });
  } catch (error) {
    const translated = translateAwsError(error);
    logger.error('the failure could not be recorded', {
      errorName: translated.name,
      reason: translated.message,
    });
    throw translated;
  }
}
