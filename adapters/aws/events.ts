import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { TransientError } from '../../core/errors';
import { stackNames } from '../../core/naming';
import type { AwsClients } from './clients';

/** One event of ours, which has our source. */
export interface ProductEvent {
  readonly bus: string;
  /** One of `detailTypes`. */
  readonly detailType: string;
  /** Plain JSON without personal data. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Publishes an event.
 *
 * @throws TransientError `AwsTransient` where EventBridge did not take it: PutEvents reports a refused entry in its
 *   answer, with status 200
 */
export async function publishEvent(
  clients: AwsClients,
  { bus, detailType, detail }: ProductEvent,
  signal?: AbortSignal,
): Promise<void> {
  const { Entries, FailedEntryCount } = await clients.get(EventBridgeClient).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: bus,
          Source: stackNames.eventSource,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
    signal === undefined ? {} : { abortSignal: signal },
  );
  if ((FailedEntryCount ?? 0) > 0) {
    throw new TransientError(
      'AwsTransient',
      `EventBridge did not take the event "${detailType}": ${Entries?.[0]?.ErrorCode ?? 'no reason given'}. It is sent again.`,
    );
  }
}
