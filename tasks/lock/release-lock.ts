import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readExecutionEvents } from '../../adapters/aws/executions';
import { publishToAll } from '../../adapters/aws/notifications';
import { deleteLock, readLock } from '../../adapters/aws/registry-lock';
import {
  givenTags,
  readLatestRun,
  readRun,
  writeLatestRun,
  writeRun,
} from '../../adapters/aws/registry-runs';
import { observationText, refutedOnAws, type Observation } from '../../core/assumptions/observation';
import { observationsIn } from '../../core/assumptions/read-history';
import { readEnvironment } from '../../core/environment';
import { workflowOf } from '../../core/naming';
import type { TaskContext } from '../support/context';
import { defineTask, deploymentSchema, type Deployment } from '../support/task';

/**
 * Closes the execution's record and gives the lock back, if this execution holds it. That it holds none is no error:
 * the step may be repeated.
 *
 * The record gets what the steps have seen of assumptions about AWS, which their results in the history say. Who gets mail
 * of failures is told of those that do not hold.
 */
export const task = defineTask({
  name: 'release-lock',
  input: z.object({ deployment: deploymentSchema, executionArn: z.string() }),
  output: z.object({
    released: z.boolean(),
    /** Assumptions that do not hold on AWS. */
    refuted: z.array(z.string()),
  }),
  async run({ deployment, executionArn }, context) {
    const { clients, now } = context;
    const table = readEnvironment('registryTable', context.environment);

    const lock = await readLock(clients, table, deployment.name);
    const run = await readRun(clients, table, deployment.name, executionArn);
    const assumptions = observationsIn(await readExecutionEvents(clients, executionArn, { withData: true }));
    const refuted = refutedOnAws(assumptions);
    if (run !== undefined && run.status !== 'SUCCEEDED') {
      // First: a step that dies on the way is repeated, and then notifies.
      if (refuted.length > 0) await notify(deployment, executionArn, refuted, context);
      await context.record(`record that ${executionArn} has done its work`, () =>
        writeRun(
          clients,
          table,
          deployment.name,
          {
            executionArn,
            stateMachine: run.stateMachine,
            status: 'SUCCEEDED',
            ...(assumptions.length > 0 && { assumptions }),
          },
          now(),
        ),
      );
    }
    await forgetRetiredTags(deployment, executionArn, context);
    const ids = refuted.map(({ id }) => id);
    if (lock?.executionArn !== executionArn) return { released: false, refuted: ids };
    const released = await context.record(`give back the lock of ${deployment.name}`, () =>
      deleteLock(clients, table, deployment.name, executionArn),
    );
    return { released, refuted: ids };
  },
});

export const handler = task.handler;

/** Mail that cannot be sent ends no run that has done its work: the record and the event have the same. */
async function notify(
  { name }: Deployment,
  executionArn: string,
  refuted: readonly Observation[],
  context: TaskContext,
): Promise<void> {
  const topic = readEnvironment('notificationTopicArn', context.environment);
  const headline = `${name}: what is assumed of AWS does not hold`;
  const message = [
    `${headline}. The execution went through all the same; see docs/assumptions.md for where it is assumed.`,
    ...refuted.map(observationText),
    `Execution: ${executionArn}`,
  ].join('\n\n');
  await context.record('tell of refuted assumptions', async () => {
    try {
      await publishToAll(context.clients, topic, name, { subject: headline, message });
    } catch (error) {
      context.logger.warn('no mail of refuted assumptions could be sent', { error: error as Error });
    }
  });
}

/** A provisioning that came to its end has taken off what is no longer configured; after a destroy nothing has tags. */
async function forgetRetiredTags(
  { name, tags }: Deployment,
  executionArn: string,
  context: TaskContext,
): Promise<void> {
  const table = readEnvironment('registryTable', context.environment);
  const latest = await readLatestRun(context.clients, table, name);
  if (latest?.executionArn !== executionArn) return;
  const left = workflowOf(executionArn) === 'destroy' ? {} : givenTags({}, tags);
  if (isDeepStrictEqual(latest.tags, left)) return;
  await context.record('forget tags that are no longer configured', () =>
    writeLatestRun(context.clients, table, name, { ...latest, tags: left }, context.now()),
  );
}
