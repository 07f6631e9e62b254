import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { stackNames } from '../../core/naming';

/**
 * The topic that operators subscribe to: failed executions and alarms.
 *
 * @param email an address that gets a request to confirm its subscription
 */
export function notificationTopic(scope: Construct, key: Key, email?: string): Topic {
  const topic = new Topic(scope, 'notifications', {
    topicName: stackNames.topic,
    displayName: 'Kubeflow on EKS',
    masterKey: key,
    enforceSSL: true,
  });
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  return topic;
}
