import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { AwsClients } from './clients';

/** One event of ours. */
export interface ProductEvent {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  /** Plain JSON without personal data. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Publishes an event.
 *
 * @throws Error when EventBridge takes the call and refuses the entry
 */
export async function publishEvent(
  clients: AwsClients,
  event: ProductEvent,
  signal?: AbortSignal,
): Promise<void> {
  const { Entries, FailedEntryCount } = await clients.get(EventBridgeClient).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: event.bus,
          Source: event.source,
          DetailType: event.detailType,
          Detail: JSON.stringify(event.detail),
        },
      ],
    }),
    signal === undefined ? {} : { abortSignal: signal },
  );
  if (FailedEntryCount !== undefined && FailedEntryCount > 0) {
    throw new Error(
      `EventBridge refused the event ${event.detailType}: ${Entries?.[0]?.ErrorCode ?? 'no code'}`,
    );
  }
}
