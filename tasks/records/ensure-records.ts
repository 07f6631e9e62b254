import { z } from 'zod';
import { changeRecords, listRecords } from '../../adapters/aws/route53';
import { requireLock } from '../../adapters/aws/registry-lock';
import { ConflictError } from '../../core/errors';
import { indexZone, planRecord, type RecordChange, type RecordPolicy } from '../../core/dns/dns-changes';
import type { PlannedChange } from '../../core/plan';
import { normaliseName, recordKey } from '../../core/dns/dns-record';
import { recordSchema } from './record-schema';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Brings records of a hosted zone to what is wanted. Whose a record is stands in a TXT companion that is written in
 * the same batch (docs/adr/0010-owners-of-dns-records.md): what is ours is replaced, what is another's is a conflict, unless
 *
 * - `onlyIfAbsent`: whatever the name resolves to already will do;
 * - `onlyIfOurs`: another's record is left as it is.
 *
 * @throws ConflictError ResourceConflict, before anything is changed
 * @throws UserError HostedZoneMissing
 */
export const task = defineTask({
  name: 'ensure-records',
  input: z
    .object({
      deployment: deploymentSchema,
      hostedZoneId: z.string().min(1),
      records: z.array(recordSchema).min(1),
      onlyIfAbsent: z.boolean().default(false),
      onlyIfOurs: z.boolean().default(false),
    })
    .refine(({ onlyIfAbsent, onlyIfOurs }) => !(onlyIfAbsent && onlyIfOurs), {
      message: 'onlyIfAbsent and onlyIfOurs exclude each other',
    }),
  output: z.object({
    changeIds: z.array(z.string()),
    observed: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        state: z.enum(['created', 'replaced', 'in-place', 'shared', 'left']),
      }),
    ),
  }),
  lock: requireLock,
  async run({ deployment, hostedZoneId, records, onlyIfAbsent, onlyIfOurs }, context) {
    const policy: RecordPolicy = onlyIfAbsent ? 'if-absent' : onlyIfOurs ? 'if-ours' : 'exact';
    const zone = indexZone(await listRecords(context.clients, hostedZoneId));
    // A wildcard's certificate is validated by the same record as its parent's.
    const wanted = [...new Map(records.map((record) => [recordKey(record), record])).values()];

    const plans = wanted.map((record) => ({
      record,
      plan: planRecord(zone, record, deployment, policy),
    }));
    const changes: RecordChange[] = [];
    const conflicts: string[] = [];
    for (const { record, plan } of plans) {
      if (plan.state !== 'conflict') changes.push(...plan.changes);
      else conflicts.push(`${normaliseName(record.name)} is ${plan.found}, expected ${plan.expected}`);
    }
    if (conflicts.length > 0) {
      throw new ConflictError(
        'ResourceConflict',
        `the hosted zone ${hostedZoneId} has records that were not made for the deployment ${deployment.name} in ${deployment.region}: ` +
          `${conflicts.join('; ')}. They were left alone. Remove them, or choose other names in the configuration.`,
      );
    }
    const changeIds: string[] = [];
    if (changes.length > 0) {
      const changed = plans
        .filter(({ plan }) => 'changes' in plan && plan.changes.length > 0)
        .map(({ record, plan }): PlannedChange => ({
          action: plan.state === 'created' ? 'create' : 'change',
          what: `record ${record.type} ${normaliseName(record.name)}`,
        }));
      changeIds.push(
        await context.produce(changed, () =>
          changeRecords(
            context.clients,
            hostedZoneId,
            changes,
            `kubeflow-eks ${deployment.name}: set ${changed.map(({ what }) => what).join(', ')}`,
          ),
        ),
      );
    }
    // Whatever is refused has thrown by now.
    if (
      !context.readOnly &&
      wanted.some((record) => 'alias' in record && record.alias.dnsName.endsWith('.cloudfront.net'))
    )
      context.observe('domain-alias', 'verified');
    return {
      changeIds,
      observed: plans.flatMap(({ record, plan }) =>
        plan.state === 'conflict'
          ? []
          : [{ name: normaliseName(record.name), type: record.type, state: plan.state }],
      ),
    };
  },
});

export const handler = task.handler;
