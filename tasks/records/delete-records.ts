import { z } from 'zod';
import { changeRecords, listRecords } from '../../adapters/aws/route53';
import { requireLock } from '../../adapters/aws/registry-lock';
import { indexZone, planDeletion } from '../../core/dns/dns-changes';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Deletes the records of a deployment from a hosted zone: those whose companion names it as the only owner. Of a
 * record that it shares with another deployment it only gives up its part.
 *
 * `types` restricts it: the address records go first, all others only with the certificates. Where the zone is gone, so
 * are its records.
 */
export const task = defineTask({
  name: 'delete-records',
  input: z.object({
    deployment: deploymentSchema,
    hostedZoneId: z.string().min(1),
    types: z.array(z.enum(['A', 'AAAA', 'CNAME'])).default([]),
    /** The deployment's domains, by which records are known whose companions have no region yet. */
    domains: z.array(z.string()).default([]),
  }),
  output: z.object({
    deleted: z.array(z.object({ name: z.string(), type: z.string() })),
    changeIds: z.array(z.string()),
  }),
  lock: requireLock,
  async run({ deployment, hostedZoneId, types, domains }, context) {
    const zone = indexZone(await listRecords(context.clients, hostedZoneId));
    const plans = planDeletion(zone, deployment, types, domains);
    if (plans.length === 0) return { deleted: [], changeIds: [] };
    const what = plans.map(({ name, type }) => `${type} ${name}`).join(', ');
    const changeId = await context.produce({ action: 'remove', what }, () =>
      changeRecords(
        context.clients,
        hostedZoneId,
        plans.flatMap(({ changes }) => changes),
        `kubeflow-eks ${deployment.name}: delete ${what}`,
      ),
    );
    return { deleted: plans.map(({ name, type }) => ({ name, type })), changeIds: [changeId] };
  },
});

export const handler = task.handler;
