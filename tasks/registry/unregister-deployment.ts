import { z } from 'zod';
import {
  deleteItem,
  readItem,
  readPoolRegistration,
  readRegistration,
  registryKey,
} from '../../adapters/aws/registry';
import { requireLock } from '../../adapters/aws/registry-lock';
import { readEnvironment } from '../../core/environment';
import { defineTask, deploymentSchema } from '../support/task';

/** All that is needed of the row: one that cannot be read otherwise is removed too. */
const registeredPool = z.object({ identity: z.object({ userPoolId: z.string() }) });

/**
 * Removes the registrations of a deployment and of its pool, and what resyncs and looks for drift have found of it. The records of its runs stay
 * until they expire.
 */
export const task = defineTask({
  name: 'unregister-deployment',
  input: z.object({ deployment: deploymentSchema, userPoolId: z.string().optional() }),
  output: z.object({ unregistered: z.array(z.string()) }),
  lock: requireLock,
  async run({ deployment, userPoolId }, context) {
    const { clients } = context;
    const table = readEnvironment('registryTable', context.environment);
    const unregistered: string[] = [];

    const registration = await readRegistration(clients, table, deployment.name);
    const poolId = registeredPool.safeParse(registration?.row).data?.identity.userPoolId ?? userPoolId;
    if (poolId !== undefined) {
      const pool = await readPoolRegistration(clients, table, poolId);
      if (pool?.deployment === deployment.name) {
        await context.mutate({ action: 'remove', what: `registration of the user pool ${poolId}` }, () =>
          deleteItem(clients, table, registryKey.pool(poolId)),
        );
        unregistered.push(`pool ${poolId}`);
      }
    }
    for (const key of [
      registryKey.resync(deployment.name),
      registryKey.requestedResync(deployment.name),
      registryKey.access(deployment.name),
      registryKey.drift(deployment.name),
    ]) {
      if ((await readItem(clients, table, key)) === undefined) continue;
      await context.mutate({ action: 'remove', what: `${key.sk} of the deployment ${deployment.name}` }, () =>
        deleteItem(clients, table, key),
      );
      unregistered.push(`${key.sk} ${deployment.name}`);
    }
    // Last: as long as it is there, a repeated destroy finds the pool.
    if (registration !== undefined) {
      await context.mutate(
        { action: 'remove', what: `registration of the deployment ${deployment.name}` },
        () => deleteItem(clients, table, registryKey.registration(deployment.name)),
      );
      unregistered.push(`deployment ${deployment.name}`);
    }
    return { unregistered };
  },
});

export const handler = task.handler;
