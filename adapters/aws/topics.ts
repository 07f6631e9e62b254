import {
  CreateTopicCommand,
  DeleteTopicCommand,
  ListTagsForResourceCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A topic with those who get mail from it. */
export interface Topic {
  /** Value of the owner tag. */
  owner: string | undefined;
  mail: MailSubscription[];
}

export interface MailSubscription {
  address: string;
  /** `undefined` while the addressee has not confirmed: SNS then tells nobody, and forgets it after two days. */
  arn: string | undefined;
}

/** A topic by its ARN, or `undefined`. */
export async function findTopic(clients: AwsClients, arn: string): Promise<Topic | undefined> {
  const client = clients.get(SNSClient);
  try {
    const { Tags: tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
    const mail: MailSubscription[] = [];
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: arn })) {
      for (const { Protocol, Endpoint = '', SubscriptionArn } of page.Subscriptions ?? []) {
        if (Protocol !== 'email') continue;
        const confirmed = SubscriptionArn?.startsWith('arn:') === true;
        mail.push({ address: Endpoint, arn: confirmed ? SubscriptionArn : undefined });
      }
    }
    return { owner: tags.find(({ Key }) => Key === ownerTag)?.Value, mail };
  } catch (error) {
    if (isAwsError(error, 'NotFoundException', 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Makes a topic that is encrypted with a key and takes TLS only. */
export async function createTopic(
  clients: AwsClients,
  arn: string,
  { keyAlias, tags }: { keyAlias: string; tags: Readonly<Record<string, string>> },
): Promise<void> {
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
  await clients.get(SNSClient).send(
    new CreateTopicCommand({
      Name: arn.slice(arn.lastIndexOf(':') + 1),
      Attributes: { KmsMasterKeyId: keyAlias, Policy: JSON.stringify(policy) },
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

/** Asks an address whether it wants the topic's mail. */
export async function subscribeAddress(
  clients: AwsClients,
  topicArn: string,
  address: string,
): Promise<void> {
  await clients
    .get(SNSClient)
    .send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'email', Endpoint: address }));
}

export async function unsubscribe(clients: AwsClients, subscriptionArn: string): Promise<void> {
  await clients.get(SNSClient).send(new UnsubscribeCommand({ SubscriptionArn: subscriptionArn }));
}

/** Deletes a topic with its subscriptions. */
export async function deleteTopic(clients: AwsClients, arn: string): Promise<void> {
  await clients.get(SNSClient).send(new DeleteTopicCommand({ TopicArn: arn }));
}
