import { z } from 'zod';
import { changeRecords, listRecords } from '../../adapters/aws/route53';
import { requireLock } from '../../adapters/aws/registry-lock';
import { indexZone, planDeletion } from '../../core/dns/dns-changes';
import type { FoundRecord } from '../../core/dns/dns-record';
import { UserError } from '../../core/errors';
import type { TaskContext } from '../support/context';
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
    /** Empty where there is no zone (any more). */
    hostedZoneId: z.string(),
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
    const records = await recordsOf(hostedZoneId, context);
    if (records === undefined) return { deleted: [], changeIds: [] };
    const zone = indexZone(records);
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

/** The records of a zone; `undefined` where the zone is gone. */
async function recordsOf(hostedZoneId: string, context: TaskContext): Promise<FoundRecord[] | undefined> {
  if (hostedZoneId === '') return undefined;
  try {
    return await listRecords(context.clients, hostedZoneId);
  } catch (error) {
    if (!(error instanceof UserError) || error.name !== 'HostedZoneMissing') throw error;
    context.logger.warn('the hosted zone is gone, and its records with it', { hostedZoneId });
    return undefined;
  }
}

export const handler = task.handler;
