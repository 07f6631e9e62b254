import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A queue of SQS. */
export interface Queue {
  url: string;
  /** Value of the owner tag. */
  owner: string | undefined;
  /** As SQS gives them: each a text, that of `Policy` a document in JSON. */
  attributes: Readonly<Record<string, string>>;
}

/** A queue by its name, or `undefined`. */
export async function findQueue(clients: AwsClients, name: string): Promise<Queue | undefined> {
  const sqs = clients.get(SQSClient);
  try {
    const { QueueUrl: url = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Tags: tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl: url }));
    const { Attributes: attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return { url, owner: tags?.[ownerTag], attributes };
  } catch (error) {
    if (isAwsError(error, 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue')) return undefined;
    throw error;
  }
}

/**
 * Makes a queue; one of the name with the same attributes counts as made.
 *
 * @returns `false` where one of the name was deleted within the last 60 s, for which SQS makes none (API reference,
 *   CreateQueue)
 */
export async function createQueue(
  clients: AwsClients,
  name: string,
  { attributes, tags }: { attributes: Record<string, string>; tags: Record<string, string> },
): Promise<boolean> {
  try {
    await clients
      .get(SQSClient)
      .send(new CreateQueueCommand({ QueueName: name, Attributes: attributes, tags }));
    return true;
  } catch (error) {
    if (isAwsError(error, 'QueueDeletedRecently', 'AWS.SimpleQueueService.QueueDeletedRecently'))
      return false;
    throw error;
  }
}

/** Sets attributes of a queue; others that it has stay. */
export async function setQueueAttributes(
  clients: AwsClients,
  { url }: Queue,
  attributes: Record<string, string>,
): Promise<void> {
  await clients.get(SQSClient).send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
}

/** Deletes a queue with its messages; it may be seen for 60 s more (API reference, DeleteQueue). */
export async function deleteQueue(clients: AwsClients, { url }: Queue): Promise<void> {
  await clients.get(SQSClient).send(new DeleteQueueCommand({ QueueUrl: url }));
}
