import { z } from 'zod';
import {
  createAccessEntry,
  deleteAccessEntry,
  findAccessEntry,
  isOlderThanRole,
  updateAccessEntry,
} from '../../adapters/aws/eks-access-entries';
import { roleCreatedAt } from '../../adapters/aws/iam';
import { foreignResource } from '../../adapters/aws/errors';
import { requireLock } from '../../adapters/aws/registry-lock';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Gives the roles of the functions that talk to the cluster their access entries. An entry carries Kubernetes groups
 * only; what these may do stands in the cluster's RBAC. An entry that is older than its role is dead and re-created.
 *
 * @throws ConflictError `ResourceConflict` where somebody else made an entry for such a role, or for another's cluster
 */
export const task = defineTask({
  name: 'grant-cluster-access',
  input: z.object({
    deployment: deploymentSchema,
    clusterName: z.string(),
    entries: z.array(
      z.object({
        principalArn: z.string().startsWith('arn:'),
        kubernetesGroups: z.array(z.string()).min(1),
        username: z.string().optional(),
      }),
    ),
  }),
  output: z.object({
    entries: z.array(z.object({ principalArn: z.string(), kubernetesGroups: z.array(z.string()) })),
  }),
  lock: requireLock,
  async run({ deployment, clusterName, entries }, context) {
    // A deployment's cluster has its name: whoever names another means another's.
    if (clusterName !== deployment.name)
      throw foreignResource(`the cluster ${clusterName}`, clusterName, deployment.name);
    const { clients } = context;
    for (const entry of entries) {
      const access = `access of ${entry.principalArn} to the cluster ${clusterName}`;
      const current = await findAccessEntry(clients, clusterName, entry.principalArn);
      if (current === undefined) {
        await context.mutate({ action: 'create', what: access }, () =>
          createAccessEntry(clients, clusterName, entry, deployment.tags),
        );
        continue;
      }
      if (current.owner !== deployment.name) {
        throw foreignResource(
          `the access entry of ${entry.principalArn} in the cluster ${clusterName}`,
          current.owner,
          deployment.name,
        );
      }
      if (isOlderThanRole(current, await roleCreatedAt(clients, entry.principalArn))) {
        await context.mutate({ action: 'change', what: access }, async () => {
          await deleteAccessEntry(clients, clusterName, entry.principalArn);
          await createAccessEntry(clients, clusterName, entry, deployment.tags);
        });
        continue;
      }
      const sameGroups =
        [...current.kubernetesGroups].sort().join('\n') === [...entry.kubernetesGroups].sort().join('\n');
      const sameName = entry.username === undefined || entry.username === current.username;
      if (sameGroups && sameName) continue;
      await context.mutate({ action: 'change', what: access }, () =>
        updateAccessEntry(clients, clusterName, entry),
      );
    }
    return {
      entries: entries.map(({ principalArn, kubernetesGroups }) => ({ principalArn, kubernetesGroups })),
    };
  },
});

export const handler = task.handler;
