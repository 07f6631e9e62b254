import { z } from 'zod';
import { deleteProvider, describeProvider } from '../../adapters/aws/cognito-provider';
import { requireLock } from '../../adapters/aws/registry-lock';
import { directories, directoryKinds } from '../../core/saml/directory-kinds';
import { deletionSchema } from '../support/deletion';
import { ownUserPools } from '../user-pool/own-user-pools';
import { defineTask, deploymentSchema } from '../support/task';

/** Deletes the SAML provider from the pool of a deployment, whatever directory it is of. */
export const task = defineTask({
  name: 'delete-saml-provider',
  input: z.object({ deployment: deploymentSchema }),
  output: deletionSchema,
  lock: requireLock,
  async run({ deployment }, context) {
    const { clients } = context;
    const deleted: string[] = [];
    for (const pool of await ownUserPools(deployment, context)) {
      for (const { providerName: name } of directoryKinds.map((kind) => directories[kind])) {
        if (!(await describeProvider(clients, pool.id, name))) continue;
        await context.mutate({ action: 'remove', what: `SAML provider ${name} of ${pool.id}` }, () =>
          deleteProvider(clients, pool.id, name),
        );
        deleted.push(`${pool.id}/${name}`);
      }
    }
    return { deleted };
  },
});

export const handler = task.handler;
