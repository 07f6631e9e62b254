import type { AwsClients } from '../../adapters/aws/clients';
import { describeExecution } from '../../adapters/aws/executions';
import { readRegistration } from '../../adapters/aws/registry';
import { readDrift, writeDrift, type RecordedDrift } from '../../adapters/aws/registry-drift';
import { readLock } from '../../adapters/aws/registry-lock';
import { readLatestRun } from '../../adapters/aws/registry-runs';
import { driftOf } from '../../core/drift';
import { readEnvironment } from '../../core/environment';
import { TransientError } from '../../core/errors';
import { namedAlone } from '../../core/execution/deployment-of';
import { isDriftLook } from '../../core/execution/name-execution';
import { readPlan } from '../../core/execution/read-plan';
import { metricNames } from '../../core/naming';
import type { DriftContext } from './drift-context';
import { readPlanEvent, type PlanEvent } from './plan-event';
import { notifyOfDrift } from './notify-of-drift';

/**
 * Records what a plan of the schedule says of a deployment, and tells everyone concerned: of differences that were not told
 * of before, and when there are none any more. The metric has the number each time, zero as well.
 *
 * A plan that came to no end says nothing of the deployment. It is counted, and an alarm rings for several in a row; what
 * was known stays.
 *
 * @param event "Step Functions Execution Status Change" of a plan
 * @returns what is known now, or `undefined` where the plan has nothing to say of the deployment
 */
export async function recordDrift(event: unknown, context: DriftContext): Promise<RecordedDrift | undefined> {
  const { region, detail } = readPlanEvent(event);
  const { clients, logger, now, environment, measure } = context;
  const { executionArn, status } = detail;
  const table = readEnvironment('registryTable', environment);
  const text = await textsOf(detail, clients);
  const deployment = namedAlone(text.input);
  // Whoever may start plans may give them such a name, too: those of the schedule ask for a deployment by its name.
  if (deployment === undefined || !isDriftLook(deployment, detail.name)) {
    logger.info('not a plan of the schedule', { execution: executionArn });
    return undefined;
  }
  logger.appendKeys({ deployment, execution: executionArn });
  const last = await readDrift(clients, table, deployment);
  const startedAt = new Date(detail.startDate).toISOString();
  if (last !== undefined && isRecorded(last, { executionArn, startedAt, status })) {
    logger.info('recorded already, or a later look was');
    return last;
  }
  const look = { executionArn, startedAt };
  const write = async (drift: RecordedDrift): Promise<RecordedDrift> => {
    await writeDrift(clients, table, deployment, drift, now());
    return drift;
  };

  if (status !== 'SUCCEEDED') {
    if (status === 'ABORTED') {
      logger.info('the plan was stopped, and says nothing');
      return undefined;
    }
    const failures = (last?.failures ?? 0) + 1;
    const reason = detail.error ?? status;
    logger.warn('no plan could be made', { errorName: reason, failures });
    measure(metricNames.driftLookFailures, failures);
    return write({ changes: 0, digest: '', ...last, ...look, failures, reason });
  }

  const worker = await whoWorksOn(deployment, startedAt, context);
  const drift =
    worker === undefined ? driftOf(readPlan(text.output)) : { kind: 'unclear' as const, why: worker };
  if (drift.kind === 'unclear') {
    logger.info('nothing can be said now', { why: drift.why });
    return undefined;
  }
  const comparedAt = new Date(detail.stopDate).toISOString();
  const { changes, digest } = drift;
  measure(metricNames.driftLookFailures, 0);
  measure(metricNames.driftChanges, changes);
  const known: RecordedDrift = {
    ...look,
    comparedAt,
    changes,
    digest,
    failures: 0,
    ...(changes > 0 && { since: last?.since ?? comparedAt }),
  };
  await notifyOfDrift({ region, deployment, known, drift, told: last?.digest ?? '' }, context);
  logger.info('compared', { changes });
  // Last: a recorder that dies on the way is called again, and then tells.
  return write(known);
}

/** A plan that failed may be redriven: then its success is still to be recorded. */
function isRecorded(
  last: RecordedDrift,
  { executionArn, startedAt, status }: { executionArn: string; startedAt: string; status: string },
): boolean {
  if (last.executionArn !== executionArn) return last.startedAt > startedAt;
  return last.failures === 0 || status !== 'SUCCEEDED';
}

/** Input and output, which an event leaves out where they are too long for it. */
async function textsOf(
  { executionArn, input, output, status }: PlanEvent['detail'],
  clients: AwsClients,
): Promise<{ input: string | undefined; output: string }> {
  const isWhole = typeof input === 'string' && (typeof output === 'string' || status !== 'SUCCEEDED');
  const execution = isWhole ? undefined : await describeExecution(clients, executionArn);
  const found = output ?? execution?.output;
  if (status === 'SUCCEEDED' && found === undefined) {
    throw new TransientError(
      'AwsTransient',
      `Step Functions says that ${executionArn} has succeeded and does not show its output yet; it is read again.`,
    );
  }
  return { input: input ?? execution?.input, output: found ?? '{}' };
}

/** Who has worked on a deployment since a plan of it began, or has taken it away; `undefined` where nobody has. */
async function whoWorksOn(
  deployment: string,
  since: string,
  { clients, environment }: DriftContext,
): Promise<string | undefined> {
  const table = readEnvironment('registryTable', environment);
  if ((await readRegistration(clients, table, deployment)) === undefined) return 'it is no longer registered';
  const lock = await readLock(clients, table, deployment);
  if (lock !== undefined) return `${lock.executionArn} has the lock`;
  const latest = await readLatestRun(clients, table, deployment);
  const isLater = latest !== undefined && Date.parse(latest.lockedAt) >= Date.parse(since);
  return isLater ? `${latest.executionArn} has worked on it meanwhile` : undefined;
}
