import { z } from 'zod';
import { deleteCustomDomain, describeCustomDomain } from '../../adapters/aws/cognito-domain';
import { describeUserPool } from '../../adapters/aws/cognito-user-pool';
import { requireLock } from '../../adapters/aws/registry-lock';
import { notOurs, whatIsLeft } from '../../core/handover/left';
import { ownerTag } from '../../core/naming';
import { deletionSchema, stillThere } from '../support/deletion';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Deletes the custom domain of the login, if it is one of a pool of ours.
 *
 * @throws NotReadyError DeletionPending until it is gone
 */
export const task = defineTask({
  name: 'delete-custom-domain',
  input: z.object({ deployment: deploymentSchema, domain: z.string().min(1) }),
  output: deletionSchema,
  lock: requireLock,
  async run({ deployment, domain }, context) {
    const { clients } = context;
    const found = await describeCustomDomain(clients, domain);
    if (!found) return { deleted: [] };
    const pool = await describeUserPool(clients, found.userPoolId);
    if (pool?.tags[ownerTag] !== deployment.name) {
      const what = `the custom domain ${domain} of the user pool ${found.userPoolId}`;
      return { deleted: [], ...whatIsLeft([{ what, why: notOurs }]) };
    }
    if (found.status !== 'DELETING') {
      await context.mutate({ action: 'remove', what: `custom domain ${domain}` }, () =>
        deleteCustomDomain(clients, pool.id, domain),
      );
      if (!(await describeCustomDomain(clients, domain))) return { deleted: [domain] };
    }
    throw stillThere(
      `custom domain ${domain}`,
      'its CloudFront distribution is being taken down, which takes minutes',
    );
  },
});

export const handler = task.handler;
