import type { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import type { AwsClients } from '../../adapters/aws/clients';
import { isAwsError } from '../../adapters/aws/errors';
import { readEvent } from '../../adapters/aws/event-handler';
import { listRegistrations } from '../../adapters/aws/registry';
import { readLock } from '../../adapters/aws/registry-lock';
import { listExecutions, startExecution, stateMachineArn } from '../../adapters/aws/state-machines';
import { readEnvironment } from '../../core/environment';
import { driftLookName, isDriftLook } from '../../core/execution/name-execution';

/** EventBridge's "Scheduled Event". */
const scheduledEventSchema = z.object({
  account: z.string(),
  region: z.string(),
  /** When the schedule was due. */
  time: z.iso.datetime(),
});

/** What {@link startDriftPlans} works with. */
export interface PlannerContext {
  clients: AwsClients;
  logger: Pick<Logger, 'info' | 'error'>;
  environment: Readonly<Record<string, string | undefined>>;
}

/** What became of each registered deployment, by name. */
export interface StartedPlans {
  started: string[];
  /** Somebody works on it, or left its work unfinished: what differs is that work's, and whoever did it has been told. */
  locked: string[];
  /** The plan of the last look still runs. */
  stillRunning: string[];
}

/**
 * Starts the plan of every registered deployment, by its name, but of those that are locked. A lock whose holder failed
 * counts as well: the deployment is half made, and its failure was told. An event that comes twice starts nothing twice.
 *
 * @param event "Scheduled Event" of EventBridge
 * @throws the first error, after the other plans have been started
 */
export async function startDriftPlans(event: unknown, context: PlannerContext): Promise<StartedPlans> {
  const { clients, logger, environment } = context;
  const { account, region, time } = readEvent(scheduledEventSchema, event, 'drift planner');
  const table = readEnvironment('registryTable', environment);
  const machineArn = stateMachineArn(region, account, 'plan');
  const running = await listExecutions(clients, machineArn, 'RUNNING');
  const plans: StartedPlans = { started: [], locked: [], stillRunning: [] };
  const failures: unknown[] = [];
  for (const { name } of await listRegistrations(clients, table)) {
    const executionName = driftLookName(name, Date.parse(time));
    try {
      if ((await readLock(clients, table, name)) !== undefined) plans.locked.push(name);
      else if (running.some((plan) => plan.name !== executionName && isDriftLook(name, plan.name)))
        plans.stillRunning.push(name);
      else {
        await startOnce(clients, machineArn, name, executionName);
        plans.started.push(name);
      }
    } catch (error) {
      logger.error('a plan could not be started', { deployment: name, reason: (error as Error).message });
      failures.push(error);
    }
  }
  logger.info('plans started', { plans });
  if (failures.length > 0) throw failures[0];
  return plans;
}

/** The same name with the same input is the same execution while it runs, and refused once it has ended. */
async function startOnce(
  clients: AwsClients,
  machineArn: string,
  deployment: string,
  executionName: string,
): Promise<void> {
  try {
    await startExecution(clients, machineArn, { deployment }, executionName);
  } catch (error) {
    if (!isAwsError(error, 'ExecutionAlreadyExists')) throw error;
  }
}
