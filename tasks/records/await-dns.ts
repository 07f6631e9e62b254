import { z } from 'zod';
import { changeInSync } from '../../adapters/aws/route53';
import { NotReadyError } from '../../core/errors';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Whether all of Route 53's servers answer with the changes.
 *
 * @throws NotReadyError DnsChangePending
 */
export const task = defineTask({
  name: 'await-dns',
  input: z.object({ deployment: deploymentSchema, changeIds: z.array(z.string().min(1)) }),
  output: z.object({ status: z.literal('INSYNC') }),
  async run({ changeIds }, { clients }) {
    const pending: string[] = [];
    for (const changeId of changeIds) {
      if (!(await changeInSync(clients, changeId))) pending.push(changeId);
    }
    if (pending.length > 0) {
      throw new NotReadyError(
        'DnsChangePending',
        `Route 53 has not spread the changes ${pending.join(', ')} to all of its servers yet; it takes about a minute.`,
      );
    }
    return { status: 'INSYNC' as const };
  },
});

export const handler = task.handler;
