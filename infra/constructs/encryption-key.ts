import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { product, stackNames } from '../../core/naming';

/**
 * The stack's own key, for notifications and builds. The key that AWS manages for SNS cannot be used by CloudWatch or
 * EventBridge, so that alarms would be lost.
 */
export function encryptionKey(scope: Construct): Key {
  const key = new Key(scope, 'key', {
    alias: stackNames.keyAlias,
    description: 'Encrypts notifications and builds of kubeflow-eks',
    enableKeyRotation: true,
    // It outlives the stack, but not a first deployment that fails.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      // Alarms publish by themselves. So does the rule for warnings, for which CDK adds a statement without conditions:
      // EventBridge gives KMS none of the keys that would bound it (SNS developer guide, "Enable compatibility between
      // event sources and encrypted topics").
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return key;
}

/**
 * Lets CloudWatch encrypt the log groups of the stack with its key, and no others (CloudWatch Logs user guide, "Encrypt
 * log data using AWS KMS").
 *
 * @returns the key
 */
export function logKey(key: Key): Key {
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:/aws/*/${product}-*`,
        },
      },
    }),
  );
  return key;
}
