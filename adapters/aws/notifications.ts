import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
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
