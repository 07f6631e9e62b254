import { z } from 'zod';
import { findCluster } from '../../adapters/aws/eks';
import { foreignResource } from '../../adapters/aws/errors';
import { NotReadyError, UserError } from '../../core/errors';
import { clusterSchema } from '../../core/handover/cluster';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Reads the cluster that the build made, once it is active.
 *
 * @throws NotReadyError `ClusterNotActive`, UserError `ClusterFailed`, ConflictError `ResourceConflict`
 */
export const task = defineTask({
  name: 'describe-cluster',
  input: z.object({ deployment: deploymentSchema }),
  output: clusterSchema,
  async run({ deployment: { name } }, context) {
    const cluster = await findCluster(context.clients, name);
    if (cluster === undefined) {
      throw new UserError(
        'ClusterFailed',
        `there is no cluster ${name} in ${context.clients.region}; expected the one that the step before made. Read the ` +
          "build's log, then retry.",
      );
    }
    const { owner, markedRegion, ...description } = cluster;
    if (owner !== name) throw foreignResource(`the cluster ${name}`, owner, name);
    if (cluster.status === 'FAILED' || cluster.status === 'DELETING') {
      throw new UserError(
        'ClusterFailed',
        `the cluster ${name} is ${cluster.status}; expected ACTIVE. See its health in the EKS console; when it is gone ` +
          'or repaired, start again.',
      );
    }
    if (cluster.status !== 'ACTIVE') {
      throw new NotReadyError(
        'ClusterNotActive',
        `the cluster ${name} is ${cluster.status}; expected ACTIVE.`,
      );
    }
    context.observe(
      'cluster-tags',
      markedRegion === undefined ? 'refuted' : 'verified',
      markedRegion === undefined ? 'no mark of a region' : undefined,
    );
    context.observe('cluster-key', cluster.secretsKeyArn === undefined ? 'refuted' : 'verified');
    return { ...description, status: 'ACTIVE' as const };
  },
});

export const handler = task.handler;
