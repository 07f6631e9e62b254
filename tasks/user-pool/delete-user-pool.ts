import { z } from 'zod';
import { deleteCustomDomain } from '../../adapters/aws/cognito-domain';
import { deleteUserPool, describeUserPool } from '../../adapters/aws/cognito-user-pool';
import { requireLock } from '../../adapters/aws/registry-lock';
import { ConflictError } from '../../core/errors';
import { whatIsLeft } from '../../core/handover/left';
import { deletionSchema, stillThere } from '../support/deletion';
import { userPoolsNamed } from './own-user-pools';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Deletes the user pool of a deployment, with all that is in it. A domain that is left, no matter who gave it to the pool,
 * goes first: Cognito deletes no pool with a domain.
 *
 * @throws NotReadyError DeletionPending until it is gone
 * @throws ConflictError ResourceConflict when somebody has protected the pool from deletion
 */
export const task = defineTask({
  name: 'delete-user-pool',
  input: z.object({ deployment: deploymentSchema }),
  output: deletionSchema,
  lock: requireLock,
  async run({ deployment }, context) {
    const { clients } = context;
    const deleted: string[] = [];
    const { own, left } = await userPoolsNamed(deployment, context);
    for (const { id, description } of own) {
      if (description.DeletionProtection === 'ACTIVE') {
        throw new ConflictError(
          'ResourceConflict',
          `user pool ${id} is protected from deletion, which this project does not set. It was left alone. ` +
            'Turn its deletion protection off, then retry.',
        );
      }
      const domains = [description.CustomDomain, description.Domain].filter(
        (domain): domain is string => domain !== undefined && domain !== '',
      );
      for (const domain of domains) {
        await context.mutate({ action: 'remove', what: `domain ${domain} of user pool ${id}` }, () =>
          deleteCustomDomain(clients, id, domain),
        );
      }
      if (domains.length > 0)
        throw stillThere(`user pool ${id}`, `its domain ${domains.join(', ')} has to go first`);
      await context.mutate({ action: 'remove', what: `user pool ${id}` }, () => deleteUserPool(clients, id));
      if (await describeUserPool(clients, id)) throw stillThere(`user pool ${id}`, 'its deletion has begun');
      deleted.push(id);
    }
    return { deleted, ...whatIsLeft(left) };
  },
});

export const handler = task.handler;
