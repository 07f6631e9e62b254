import type { AwsCall } from '../../adapters/aws/errors';
import { functionFiles, functionSpec } from '../../infra/functions';

/** IAM's prefix of a service, by the SDK's name for it. */
const prefixes: Readonly<Record<string, string>> = {
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
    // S3 has no permission of its own for a look at an object.
    return `${prefix}:${operation === 'HeadObject' ? 'GetObject' : operation}`;
  });
  return [...new Set(actions)].filter((action) => !allowed.has(action));
}
