import { z } from 'zod';
import { createTags, readTags } from '../../adapters/aws/ec2-tags';
import { requireLock } from '../../adapters/aws/registry-lock';
import { ConflictError } from '../../core/errors';
import { subnetsSchema } from '../../core/handover/found';
import { clusterTag, roleMark, roleTags, shared } from './subnet-tags';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Tags the VPC and its subnets for the cluster and for the load balancer controller. They are the account's, shared
 * with others, so they get no owner tag: the cluster tag names the deployment.
 *
 * @throws ConflictError `ResourceConflict` where a cluster of this name owns one of them, or an administrator
 *   has closed a subnet to load balancers
 */
export const task = defineTask({
  name: 'tag-subnets',
  input: z.object({
    deployment: deploymentSchema,
    vpcId: z.string(),
    subnets: subnetsSchema,
  }),
  output: z.object({ tagged: z.array(z.string()) }),
  lock: requireLock,
  async run({ deployment, vpcId, subnets }, context) {
    const inCluster = { [clusterTag(deployment.name)]: shared };
    const desired = new Map<string, Record<string, string>>([
      [vpcId, inCluster],
      ...subnets.private.map(({ id }) => [id, { ...inCluster, [roleTags.private]: '1' }] as const),
      ...subnets.public.map(({ id }) => [id, { ...inCluster, [roleTags.public]: '1' }] as const),
    ]);
    const actual = await readTags(context.clients, [...desired.keys()]);

    const changes = new Map<string, { ids: string[]; tags: Record<string, string> }>();
    for (const [id, tags] of desired) {
      const missing = missingTags(id, tags, actual.get(id) ?? {});
      if (Object.keys(missing).length === 0) continue;
      // Resources that lack the same tags are tagged in one call.
      const key = JSON.stringify(missing);
      const change = changes.get(key) ?? { ids: [], tags: missing };
      change.ids.push(id);
      changes.set(key, change);
    }
    for (const { ids, tags } of changes.values()) {
      await context.mutate(
        { action: 'change', what: `tags of ${ids.join(', ')}: ${Object.keys(tags).join(', ')}` },
        () => createTags(context.clients, ids, tags),
      );
    }
    return { tagged: [...desired.keys()] };
  },
});

export const handler = task.handler;

function missingTags(
  id: string,
  desired: Readonly<Record<string, string>>,
  actual: Readonly<Record<string, string>>,
): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const [key, value] of Object.entries(desired)) {
    const found = actual[key];
    const isRole = key === roleTags.private || key === roleTags.public;
    if (found === undefined) {
      missing[key] = value;
      if (isRole) missing[roleMark.key] = roleMark.value;
    } else if (found !== value && !(isRole && found === '')) {
      throw new ConflictError(
        'ResourceConflict',
        `${id} carries the tag ${key}=${found}; expected ${value} or no such tag. It was left alone. ` +
          (isRole
            ? 'Choose other subnets in `subnets`, or correct the tag.'
            : 'Another cluster of this name owns it: choose another `eks_name` or other subnets.'),
      );
    }
  }
  return missing;
}
