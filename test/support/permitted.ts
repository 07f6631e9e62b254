import type { AwsCall } from '../../adapters/aws/errors';
import { functionFiles, functionSpec } from '../../infra/functions';
import { s3Permissions } from './s3-permissions';

/** IAM's prefix of a service, by the SDK's name for it. */
const prefixes: Readonly<Record<string, string>> = {
  CloudWatch: 'cloudwatch',
  ACM: 'acm',
  CognitoIdentityProvider: 'cognito-idp',
  DynamoDB: 'dynamodb',
  EC2: 'ec2',
  EKS: 'eks',
  ElasticLoadBalancingv2: 'elasticloadbalancing',
  EventBridge: 'events',
  IAM: 'iam',
  KMS: 'kms',
  Lambda: 'lambda',
  Route53: 'route53',
  SFN: 'states',
  SNS: 'sns',
  WAFV2: 'wafv2',
  EFS: 'elasticfilesystem',
  RDS: 'rds',
  Backup: 'backup',
  S3: 's3',
  SecretsManager: 'secretsmanager',
  ServiceQuotas: 'servicequotas',
};

/**
 * The calls that the roles of these functions do not permit, as IAM actions. moto permits everything, so this is what
 * finds a call that would be denied on AWS.
 *
 * @param files names of the functions' files; their permissions together
 */
export function deniedCalls(files: readonly string[], calls: readonly AwsCall[]): string[] {
  const allowed = new Set(
    files.flatMap((file) => {
      const known = functionFiles.find((it) => it === file);
      if (known === undefined) throw new Error(`the stack has no function ${file}`);
      return functionSpec(known).permissions.flatMap(({ actions }) => actions);
    }),
  );
  const actions = calls.map(({ service, operation }) => {
    const prefix = prefixes[service];
    if (prefix === undefined) throw new Error(`the IAM prefix of ${service} is not listed here`);
    return `${prefix}:${(prefix === 's3' ? s3Permissions[operation] : undefined) ?? operation}`;
  });
  return [...new Set(actions)].filter((action) => !allowed.has(action));
}
