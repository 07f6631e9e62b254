import { z } from 'zod';
import { deleteLock, readLock } from '../../adapters/aws/registry-lock';
import { readRun, writeRun } from '../../adapters/aws/registry-runs';
import { readEnvironment } from '../../core/environment';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Closes the execution's record and gives the lock back, if this execution holds it. That it holds none is no error:
 * the step may be repeated.
 */
export const task = defineTask({
  name: 'release-lock',
  input: z.object({ deployment: deploymentSchema, executionArn: z.string() }),
  output: z.object({ released: z.boolean() }),
  async run({ deployment, executionArn }, context) {
    const { clients, now } = context;
    const table = readEnvironment('registryTable', context.environment);

    const lock = await readLock(clients, table, deployment.name);
    const run = await readRun(clients, table, deployment.name, executionArn);
    if (run !== undefined && run.status !== 'SUCCEEDED') {
      await context.record(`record that ${executionArn} has done its work`, () =>
        writeRun(
          clients,
          table,
          deployment.name,
          { executionArn, stateMachine: run.stateMachine, status: 'SUCCEEDED' },
          now(),
        ),
      );
    }
    if (lock?.executionArn !== executionArn) return { released: false };
    const released = await context.record(`give back the lock of ${deployment.name}`, () =>
      deleteLock(clients, table, deployment.name, executionArn),
    );
    return { released };
  },
});

export const handler = task.handler;
