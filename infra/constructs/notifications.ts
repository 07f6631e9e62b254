import { Aws } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { product, stackNames } from '../../core/naming';

/**
 * The topic that operators subscribe to: failed executions and alarms.
 *
 * With a policy of its own a topic loses the one that SNS gives it, by which the account's alarms may publish, so that
 * the policy must say it. CDK's action for alarms does not. (Knowledge center of AWS, "Why didn't I receive an SNS
 * notification for my CloudWatch alarm trigger?") The rules' permission comes with their target.
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
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfTheStack',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: {
          'aws:SourceArn': `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:${product}-*`,
        },
      },
    }),
  );
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  return topic;
}
