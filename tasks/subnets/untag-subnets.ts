import { z } from 'zod';
import { deleteTags, readTags } from '../../adapters/aws/ec2-tags';
import { requireLock } from '../../adapters/aws/registry-lock';
import { subnetsSchema } from '../../core/handover/found';
import { leftOutput, whatIsLeft, type Left } from '../../core/handover/left';
import { clusterTag, clusterTagPrefix, roleMark, roleTags, shared } from './subnet-tags';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Takes the deployment's tags off the VPC and its subnets. The last deployment to leave a subnet also takes the load
 * balancer tag that we set; one that an administrator set stays, and so does everything else.
 */
export const task = defineTask({
  name: 'untag-subnets',
  input: z.object({
    deployment: deploymentSchema,
    vpcId: z.string(),
    subnets: subnetsSchema,
  }),
  output: z.object({ untagged: z.array(z.string()), ...leftOutput }),
  lock: requireLock,
  async run({ deployment, vpcId, subnets }, context) {
    const ids = [vpcId, ...subnets.private.map(({ id }) => id), ...subnets.public.map(({ id }) => id)];
    const actual = await readTags(context.clients, ids);
    const ours = clusterTag(deployment.name);
    const untagged: string[] = [];
    const left: Left[] = [];

    const changes = new Map<string, { ids: string[]; tags: Record<string, string> }>();
    for (const [id, tags] of actual) {
      const surplus: Record<string, string> = {};
      if (tags[ours] === shared) surplus[ours] = shared;
      const othersHere = Object.keys(tags).some((key) => key.startsWith(clusterTagPrefix) && key !== ours);
      if (tags[roleMark.key] === roleMark.value && othersHere) {
        left.push({ what: `the load balancer tag of ${id}`, why: 'another cluster is in that subnet' });
      } else if (tags[roleMark.key] === roleMark.value) {
        surplus[roleMark.key] = roleMark.value;
        for (const key of Object.values(roleTags)) if (tags[key] === '1') surplus[key] = '1';
      }
      if (Object.keys(surplus).length === 0) continue;
      untagged.push(id);
      const key = JSON.stringify(surplus);
      const change = changes.get(key) ?? { ids: [], tags: surplus };
      change.ids.push(id);
      changes.set(key, change);
    }
    for (const { ids: tagged, tags } of changes.values()) {
      await context.mutate(
        { action: 'change', what: `tags of ${tagged.join(', ')}, without ${Object.keys(tags).join(', ')}` },
        () => deleteTags(context.clients, tagged, tags),
      );
    }
    return { untagged, ...whatIsLeft(left) };
  },
});

export const handler = task.handler;
