import { z } from 'zod';
import { deleteAccessEntry, findAccessEntry } from '../../adapters/aws/eks-access-entries';
import { foreignResource } from '../../adapters/aws/errors';
import { requireLock } from '../../adapters/aws/registry-lock';
import { defineTask, deploymentSchema } from '../support/task';

/** Removes the access entries that `grant-cluster-access` made. Those of others, and a cluster that is gone, are passed over. ResourceConflict for another's cluster. */
export const task = defineTask({
  name: 'revoke-cluster-access',
  input: z.object({
    deployment: deploymentSchema,
    clusterName: z.string(),
    entries: z.array(z.object({ principalArn: z.string().startsWith('arn:') })),
  }),
  output: z.object({ revoked: z.array(z.string()) }),
  lock: requireLock,
  async run({ deployment, clusterName, entries }, context) {
    // A deployment's cluster has its name: whoever names another means another's.
    if (clusterName !== deployment.name)
      throw foreignResource(`the cluster ${clusterName}`, clusterName, deployment.name);
    const { clients } = context;
    const revoked: string[] = [];
    for (const { principalArn } of entries) {
      const current = await findAccessEntry(clients, clusterName, principalArn);
      if (current?.owner !== deployment.name) continue;
      await context.mutate(
        { action: 'remove', what: `access of ${principalArn} to the cluster ${clusterName}` },
        () => deleteAccessEntry(clients, clusterName, principalArn),
      );
      revoked.push(principalArn);
    }
    return { revoked };
  },
});

export const handler = task.handler;
