import { z } from 'zod';
import type { AwsClients } from '../../adapters/aws/clients';
import { describeExecution, isStillRunning } from '../../adapters/aws/executions';
import { readLock, writeLock, type Lock } from '../../adapters/aws/registry-lock';
import {
  givenTags,
  readLatestRun,
  readRun,
  writeLatestRun,
  writeRun,
} from '../../adapters/aws/registry-runs';
import { readEnvironment } from '../../core/environment';
import { ConflictError, TransientError } from '../../core/errors';
import type { TaskContext } from '../support/context';
import { defineTask, deploymentSchema } from '../support/task';

/** Each loss of a race shows a new holder, which as a rule runs; more than a few is a storm to wait out. */
const maxRaces = 5;

/**
 * One execution at a time works on a deployment. The lock belongs to an execution's ARN, so a redrive still has it.
 * Another execution takes it over only from a holder that no longer runs, and only if nobody else was quicker.
 *
 * An execution that began before another had the lock does not get it any more: it is one that was refused and is redriven
 * now, and what it was started for is out of date. Without this, the redrive of a destroy that was refused because a
 * provisioning ran would take away what that provisioning made.
 *
 * Also opens the execution's own record in the registry, and notes that it is the deployment's latest run, and which tags it may set.
 *
 * @throws ConflictError `DeploymentLocked` with the holder's ARN, `ExecutionOutdated`
 */
export const task = defineTask({
  name: 'acquire-lock',
  input: z.object({
    deployment: deploymentSchema,
    executionArn: z.string(),
    stateMachine: z.string(),
    /** ISO 8601; a redrive does not change it. */
    startedAt: z.iso.datetime(),
    workflow: z
      .object({ redrives: z.int().min(0).nullable() })
      .partial()
      .optional(),
  }),
  output: z.object({ holder: z.string() }),
  async run({ deployment, executionArn, stateMachine, startedAt, workflow }, context) {
    const { redrives } = workflow ?? {};
    if (redrives !== undefined)
      context.observe(
        'redrive-count',
        redrives === null ? 'not-observed' : 'verified',
        redrives === null ? 'no count, for which 0 is taken' : `${redrives}`,
      );
    const { clients, now } = context;
    const table = readEnvironment('registryTable', context.environment);
    const wanted: Lock = { executionArn, stateMachine, acquiredAt: now().toISOString() };

    for (let race = 0; ; race += 1) {
      if (race === maxRaces) {
        throw new TransientError(
          'AwsTransient',
          `the lock of the deployment ${deployment.name} changed hands ${maxRaces} times while it was being read; ` +
            'other executions start for it at this moment. Start one at a time.',
        );
      }
      const current = await readLock(clients, table, deployment.name);
      if (current?.executionArn === executionArn) break;
      if (current !== undefined) await refuseIfHeld(clients, deployment.name, current);
      await refuseIfOutdated(context, deployment.name, { executionArn, startedAt });
      const written = await context.record(`take the lock of ${deployment.name}`, () =>
        writeLock(clients, table, deployment.name, wanted, current),
      );
      if (written && current !== undefined) await refuseIfRedriven(context, deployment.name, wanted, current);
      if (written) break;
    }

    const run = await readRun(clients, table, deployment.name, executionArn);
    if (run?.status !== 'RUNNING') {
      await context.record(`record that ${executionArn} runs`, () =>
        writeRun(clients, table, deployment.name, { executionArn, stateMachine, status: 'RUNNING' }, now()),
      );
    }
    const latest = await readLatestRun(clients, table, deployment.name);
    if (latest?.executionArn !== executionArn) {
      await context.record(`record that ${executionArn} is the latest run`, () =>
        writeLatestRun(
          clients,
          table,
          deployment.name,
          {
            executionArn,
            stateMachine,
            // Not when this task began: what begins while it takes the lock began before it had it.
            lockedAt: now().toISOString(),
            tags: givenTags(latest?.tags ?? {}, deployment.tags),
          },
          now(),
        ),
      );
    }
    return { holder: executionArn };
  },
});

export const handler = task.handler;

/**
 * A holder that was redriven between the look at it and the write has the lock in its own eyes, and asks for it again at
 * its next change (`tasks/support/lock-check.ts`): it gets the lock back.
 */
async function refuseIfRedriven(
  context: TaskContext,
  deployment: string,
  taken: Lock,
  former: Lock,
): Promise<void> {
  try {
    await refuseIfHeld(context.clients, deployment, former);
  } catch (error) {
    const table = readEnvironment('registryTable', context.environment);
    await context.record(`give back the lock of ${deployment}`, () =>
      writeLock(context.clients, table, deployment, former, taken),
    );
    throw error;
  }
}

async function refuseIfOutdated(
  { clients, environment }: TaskContext,
  deployment: string,
  { executionArn, startedAt }: { executionArn: string; startedAt: string },
): Promise<void> {
  const latest = await readLatestRun(clients, readEnvironment('registryTable', environment), deployment);
  if (latest === undefined || latest.executionArn === executionArn) return;
  if (Date.parse(latest.lockedAt) < Date.parse(startedAt)) return;
  throw new ConflictError(
    'ExecutionOutdated',
    `this execution began at ${startedAt} without getting the lock of the deployment ${deployment}, and ` +
      `${latest.executionArn} (${latest.stateMachine}) has worked on it since, from ${latest.lockedAt}. What this one was ` +
      'started for may no longer be wanted. Nothing was changed. If it is wanted still, start a new execution.',
  );
}

async function refuseIfHeld(clients: AwsClients, deployment: string, lock: Lock): Promise<void> {
  const holder = await describeExecution(clients, lock.executionArn);
  // Step Functions forgets an execution 90 days after its end.
  if (holder === undefined || !isStillRunning(holder.status)) return;
  throw new ConflictError(
    'DeploymentLocked',
    `the deployment ${deployment} is being worked on by ${lock.executionArn} (${lock.stateMachine}, since ` +
      `${lock.acquiredAt}, status ${holder.status}); expected nobody. Wait until it has ended (\`kubeflow-eks watch ` +
      `${lock.executionArn}\`) or stop it, then start this one again.`,
  );
}
