import { z } from 'zod';
import { findCluster } from '../../adapters/aws/eks';
import { NotReadyError, UserError } from '../../core/errors';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Whether the deployment's cluster is gone. One of the same name without our tag is somebody else's, made since.
 *
 * @throws NotReadyError `DeletionPending`, UserError `ClusterFailed` where the deletion failed
 */
export const task = defineTask({
  name: 'await-cluster-gone',
  input: z.object({ deployment: deploymentSchema }),
  output: z.object({ gone: z.literal(true) }),
  async run({ deployment: { name } }, context) {
    const cluster = await findCluster(context.clients, name);
    if (cluster?.owner !== name) return { gone: true as const };
    if (cluster.status === 'FAILED') {
      throw new UserError(
        'ClusterFailed',
        `the cluster ${name} is FAILED instead of gone. See its health in the EKS console, remove what it names, then retry.`,
      );
    }
    throw new NotReadyError(
      'DeletionPending',
      `the cluster ${name} is still ${cluster.status}; expected it gone.`,
    );
  },
});

export const handler = task.handler;
