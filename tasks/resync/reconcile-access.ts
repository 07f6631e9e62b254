import { z } from 'zod';
import { connectToCluster } from '../../adapters/aws/cluster-access';
import { onLivingPool } from '../../adapters/aws/cognito-user-pool';
import { findPoolUser, listPoolUsers } from '../../adapters/aws/pool-users';
import { readPoolRegistration, registryKey, writeRecord } from '../../adapters/aws/registry';
import { reconcileAll } from '../../isolation/reconcile-all';
import { accessCluster } from '../../isolation/reconcile-user';
import { completeRules } from '../../core/access/complete-rules';
import { readEnvironment } from '../../core/environment';
import { UserError } from '../../core/errors';
import { defineTask, deploymentSchema } from '../support/task';

const count = z.int().min(0);

/** Counts alone: the result is kept in the execution's history, the table and an event. */
const summarySchema = z.object({
  directory: z.object({
    users: count,
    disabled: count,
    withoutIdentity: count,
    unreadable: count,
    sharedEmails: count,
  }),
  tenants: count,
  kept: count,
  created: count,
  repaired: count,
  removed: count,
  revokedIdentities: count,
  unusedIdentities: count,
  profilesMade: count,
  admitted: count,
  quotasGiven: count,
  profilesWithoutQuota: count,
  refusals: z.record(z.string(), count),
  failures: z.record(z.string(), count),
  requests: z.object({ read: count, write: count }),
});

/**
 * Brings the access of all users of a deployment in line with the directory: what the profile manager does at a login,
 * for everybody, and for those who no longer log in.
 *
 * @throws UserError `DeploymentMissing` where the pool is not registered, `UserPoolMissing` where it is gone
 * @throws TransientError `ClusterUnreachable` where the cluster cannot be read; nothing has been changed then
 */
export const task = defineTask({
  name: 'reconcile-access',
  input: z.object({ deployment: deploymentSchema, userPoolId: z.string().min(1) }),
  output: summarySchema,
  async run({ deployment, userPoolId }, context) {
    const table = readEnvironment('registryTable', context.environment);
    const pool = await readPoolRegistration(context.clients, table, userPoolId);
    if (pool?.deployment !== deployment.name) {
      throw new UserError(
        'DeploymentMissing',
        `the user pool ${userPoolId} is not registered for the deployment ${deployment.name}; provision it (again) first.`,
      );
    }
    const client = connectToCluster(context.clients, pool.cluster);
    const directory = {
      list: () => onLivingPool(context.clients, userPoolId, () => listPoolUsers(context.clients, userPoolId)),
      find: (userName: string) => findPoolUser(context.clients, userPoolId, userName),
    };
    try {
      const summary = await reconcileAll(accessCluster(client), directory, completeRules(pool.rules));
      context.logger.info('access reconciled', { summary });
      // The last pass, for reports; a history is in the executions.
      const key = registryKey.access(deployment.name);
      const now = context.now();
      await writeRecord(context.clients, table, key, { ...summary, at: now.toISOString() }, now);
      return summary;
    } finally {
      client.close();
    }
  },
});

export const handler = task.handler;
