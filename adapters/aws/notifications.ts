import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { deploymentTopicArn } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** SNS takes ASCII without line breaks, at most 100 characters. */
const longestSubject = 100;

/** Tells the subscribers of a topic. */
async function publish(
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
 * Tells the operators of the stack, and then those who want to know of one deployment.
 *
 * @param topicArn of the stack's topic
 * @param deployment `undefined` where it is not known which one it is about
 */
export async function publishToAll(
  clients: AwsClients,
  topicArn: string,
  deployment: string | undefined,
  { subject, message }: { subject: string; message: string },
): Promise<void> {
  await publish(clients, topicArn, subject, message);
  if (deployment !== undefined)
    await publishToDeployment(clients, deploymentTopicArn(topicArn, deployment), subject, message);
}
