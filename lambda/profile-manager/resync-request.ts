import type { Logger } from '@aws-lambda-powertools/logger';
import type { AwsClients } from '../../adapters/aws/clients';
import { detailTypes, stackNames } from '../../core/naming';
import { errorName } from '../../core/error-name';
import type { ConnectedPool } from './clusters';

/** One request per deployment and minute from each process: a cluster that is down must not flood the event bus. */
const intervalMs = 60_000;

/** Longest time for the request; it runs after the login's own budget (see `deadline.ts`). */
const limitMs = 600;

/** Makes the function that asks for a re-sync by event. */
export function createResyncRequester({ clients, logger }: { clients: AwsClients; logger: Logger }) {
  const askedAt = new Map<string, number>();
  return async ({ deployment }: Pick<ConnectedPool, 'deployment'>, reason: string): Promise<void> => {
    const last = askedAt.get(deployment);
    if (last !== undefined && Date.now() - last < intervalMs) return;
    askedAt.set(deployment, Date.now());
    try {
      // Imported here because most processes never need it.
      const { publishEvent } = await import('../../adapters/aws/events');
      await publishEvent(
        clients,
        {
          bus: process.env['EVENT_BUS_NAME'] ?? stackNames.eventBus,
          detailType: detailTypes.resyncRequested,
          detail: { deployment, reason },
        },
        AbortSignal.timeout(limitMs),
      );
    } catch (error) {
      askedAt.delete(deployment);
      logger.error('the re-sync could not be requested', {
        deployment,
        error: errorName(error),
      });
    }
  };
}
