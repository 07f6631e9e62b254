import { z } from 'zod';
import { deleteAppClient, findAppClients } from '../../adapters/aws/cognito-client';
import { deleteSecret, describeSecret } from '../../adapters/aws/secrets-manager';
import { requireLock } from '../../adapters/aws/registry-lock';
import { notOurs, whatIsLeft, type Left } from '../../core/handover/left';
import { deploymentNames, ownerTag } from '../../core/naming';
import { deletionSchema } from '../support/deletion';
import { ownUserPools } from '../user-pool/own-user-pools';
import { defineTask, deploymentSchema } from '../support/task';

/** Deletes the app client of a deployment, in a pool of ours, and the secret that has our tag. Nobody can log in then. */
export const task = defineTask({
  name: 'delete-app-client',
  input: z.object({ deployment: deploymentSchema }),
  output: deletionSchema,
  lock: requireLock,
  async run({ deployment }, context) {
    const { clients } = context;
    const deleted: string[] = [];
    const left: Left[] = [];
    for (const pool of await ownUserPools(deployment, context)) {
      for (const id of await findAppClients(clients, pool.id, deploymentNames.appClient(deployment.name))) {
        await context.mutate({ action: 'remove', what: `app client ${id}` }, () =>
          deleteAppClient(clients, pool.id, id),
        );
        deleted.push(id);
      }
    }
    const name = deploymentNames.secret(deployment.name);
    const secret = await describeSecret(clients, name);
    if (secret && secret.tags[ownerTag] !== deployment.name) {
      left.push({ what: `the secret ${name}`, why: notOurs });
    } else if (secret) {
      await context.mutate({ action: 'remove', what: `secret ${name}` }, () =>
        deleteSecret(clients, secret.arn),
      );
      deleted.push(secret.arn);
    }
    return { deleted, ...whatIsLeft(left) };
  },
});

export const handler = task.handler;
