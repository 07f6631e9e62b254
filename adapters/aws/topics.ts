import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  paginateListSubscriptionsByTopic,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { tagList, tagsFrom } from './tag-lists';

/** A topic with those who get mail from it. */
export interface Topic {
  /** Value of the owner tag. */
  owner: string | undefined;
  tags: Readonly<Record<string, string>>;
  mail: MailSubscription[];
}

export interface MailSubscription {
  address: string;
  /** `undefined` while the addressee has not confirmed: SNS then tells nobody, and forgets it after two days. */
  arn: string | undefined;
  /** What SNS tells in the place of an ARN, of one that waits. */
  pending?: string;
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
        mail.push(
          confirmed
            ? { address: Endpoint, arn: SubscriptionArn }
            : { address: Endpoint, arn: undefined, pending: SubscriptionArn ?? 'nothing' },
        );
      }
    }
    const named = tagsFrom(tags);
    return { owner: named[ownerTag], tags: named, mail };
  } catch (error) {
    if (isAwsError(error, 'NotFoundException', 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/**
 * The policy of a topic that takes TLS only. It stands in the place of SNS' own, by which the account's alarms might
 * publish, so that it says which may.
 *
 * @param alarms ARNs of the alarms that may tell the topic
 */
export function topicPolicy(arn: string, alarms: readonly string[]): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      ...(alarms.length === 0
        ? []
        : [
            {
              Sid: 'AlarmsOfTheDeployment',
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: arn,
              Condition: {
                StringEquals: { 'aws:SourceAccount': arn.split(':')[4] },
                ArnEquals: { 'aws:SourceArn': [...alarms] },
              },
            },
          ]),
    ],
  };
}

/** The policy that a topic has, as a document. */
export async function readTopicPolicy(clients: AwsClients, arn: string): Promise<unknown> {
  const { Attributes: attributes } = await clients
    .get(SNSClient)
    .send(new GetTopicAttributesCommand({ TopicArn: arn }));
  return JSON.parse(attributes?.['Policy'] ?? '{}') as unknown;
}

/** Gives a topic another policy. */
export async function setTopicPolicy(clients: AwsClients, arn: string, policy: object): Promise<void> {
  await clients.get(SNSClient).send(
    new SetTopicAttributesCommand({
      TopicArn: arn,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify(policy),
    }),
  );
}

/** Makes a topic that is encrypted with a key. */
export async function createTopic(
  clients: AwsClients,
  arn: string,
  { keyAlias, policy, tags }: { keyAlias: string; policy: object; tags: Readonly<Record<string, string>> },
): Promise<void> {
  await clients.get(SNSClient).send(
    new CreateTopicCommand({
      Name: arn.slice(arn.lastIndexOf(':') + 1),
      Attributes: { KmsMasterKeyId: keyAlias, Policy: JSON.stringify(policy) },
      Tags: tagList(tags),
    }),
  );
}

/** Sets tags on a topic; others that it has stay. */
export async function tagTopic(
  clients: AwsClients,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const Tags = tagList(tags);
  await clients.get(SNSClient).send(new TagResourceCommand({ ResourceArn: arn, Tags }));
}

/** Takes tags off a topic. */
export async function untagTopic(clients: AwsClients, arn: string, keys: readonly string[]): Promise<void> {
  await clients.get(SNSClient).send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: [...keys] }));
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
