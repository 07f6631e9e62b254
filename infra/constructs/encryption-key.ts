import { Aws } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { stackNames } from '../../core/naming';

/**
 * The stack's own key, for notifications and builds. The key that AWS manages for SNS cannot be used by CloudWatch or
 * EventBridge, so that alarms would be lost.
 */
export function encryptionKey(scope: Construct): Key {
  const key = new Key(scope, 'key', {
    alias: stackNames.keyAlias,
    description: 'Encrypts notifications and builds of kubeflow-eks',
    enableKeyRotation: true,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      // Alarms and the rule for warnings publish by themselves.
      principals: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'].map(
        (name) => new ServicePrincipal(name),
      ),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return key;
}
