import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { TransientError } from '../../core/errors';
import { stackNames } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** SNS takes ASCII without line breaks, at most 100 characters. */
const longestSubject = 100;

/** Tells the subscribers of a topic. */
export async function publish(
  clients: AwsClients,
  topicArn: string,
  subject: string,
  message: string,
): Promise<void> {
  const Subject = subject.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, longestSubject);
  await clients.get(SNSClient).send(new PublishCommand({ TopicArn: topicArn, Subject, Message: message }));
}

/** Tells those who want to know of one deployment, where it has a topic of its own. */
export async function publishToDeployment(
  clients: AwsClients,
  topicArn: string,
  subject: string,
  message: string,
): Promise<void> {
  try {
    await publish(clients, topicArn, subject, message);
  } catch (error) {
    if (!isAwsError(error, 'NotFoundException', 'NotFound')) throw error;
  }
}

/**
 * Puts one of our events on a bus.
 *
 * @throws TransientError `AwsTransient` where EventBridge did not take it
 */
export async function putEvent(
  clients: AwsClients,
  bus: string,
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
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
  );
  // PutEvents reports a refused entry in its answer, with status 200.
  if ((FailedEntryCount ?? 0) > 0) {
    throw new TransientError(
      'AwsTransient',
      `EventBridge did not take the event "${detailType}": ${Entries?.[0]?.ErrorCode ?? 'no reason given'}. It is sent again.`,
    );
  }
}
