import { z } from 'zod';
import { deleteConcurrency, parseAliasArn, putConcurrency, readConcurrency } from '../../adapters/aws/lambda';
import { listRegistrations } from '../../adapters/aws/registry';
import { requireLock } from '../../adapters/aws/registry-lock';
import { readEnvironment } from '../../core/environment';
import { NotReadyError, UserError } from '../../core/errors';
import { parseRegistration, type StoredRegistration } from '../../core/handover/registration';
import type { TaskContext } from '../support/context';
import { defineTask, deploymentSchema } from '../support/task';

const warmth = 'provisioned concurrency of the profile manager';

/**
 * Keeps as many instances of the profile manager warm as the most demanding registered deployment asks for: it serves
 * them all. Run after a deployment was registered or unregistered.
 *
 * @throws NotReadyError `ConcurrencyNotReady`, UserError `QuotaExceeded` where Lambda could not provide them
 */
export const task = defineTask({
  name: 'set-concurrency',
  input: z.object({
    deployment: deploymentSchema,
    /** What the deployment itself asks for; by default what its registration says, if it has one. */
    asked: z.number().int().nonnegative().optional(),
  }),
  output: z.object({ provisioned: z.number().int().nonnegative() }),
  lock: requireLock,
  async run({ deployment, asked }, context) {
    const { clients, environment } = context;
    const alias = parseAliasArn(readEnvironment('profileManagerAliasArn', environment));
    const registrations = await listRegistrations(clients, readEnvironment('registryTable', environment));
    const wanted = Math.max(
      asked ?? 0,
      ...registrations
        .filter((each) => asked === undefined || each.name !== deployment.name)
        .map((each) => askedFor(each, context)),
    );
    let current = await readConcurrency(clients, alias);

    if (wanted === 0) {
      if (current !== undefined) {
        await context.mutate({ action: 'remove', what: warmth }, () => deleteConcurrency(clients, alias));
      }
      return { provisioned: 0 };
    }
    if (current?.requested !== wanted) {
      current = await context.produce(
        { action: current === undefined ? 'create' : 'change', what: `${warmth}: ${wanted} instances` },
        async () => {
          await putConcurrency(clients, alias, wanted);
          return readConcurrency(clients, alias);
        },
      );
    }
    if (current?.status === 'FAILED') {
      const { reason } = current;
      // A failed setting stays failed: without it the next run asks again.
      await context.mutate({ action: 'remove', what: `${warmth}, which failed` }, () =>
        deleteConcurrency(clients, alias),
      );
      throw new UserError(
        'QuotaExceeded',
        `Lambda could not keep ${wanted} instances of the profile manager warm: ${reason}. Lower ` +
          '`lambda_profile_concurrency` or ask for a higher limit of concurrent executions, then retry.',
      );
    }
    if (current?.status !== 'READY') {
      throw new NotReadyError(
        'ConcurrencyNotReady',
        `${wanted} warm instances of the profile manager are being made (${current?.status ?? 'unknown'}).`,
      );
    }
    return { provisioned: wanted };
  },
});

export const handler = task.handler;

/** What cannot be read asks for nothing, and stops nobody else's workflow. */
function askedFor(registration: StoredRegistration, { logger }: TaskContext): number {
  try {
    const { configuration } = parseRegistration(registration, 'configuration');
    return configuration.lambda_concurrency_enabled ? configuration.lambda_profile_concurrency : 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    logger.warn('a registration cannot be read', { problem: error.message });
    return 0;
  }
}
