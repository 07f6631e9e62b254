import { madeUp, named, onEach, onResource, type Asked, type Needs } from '../needs';
import { tagsOf, text, texts } from '../parameters';
import { backupNeeds } from './backup';
import { cloudwatchNeeds } from './cloudwatch';
import { cognitoNeeds } from './cognito';
import { dynamodbNeeds } from './dynamodb';
import { ec2Needs } from './ec2';
import { efsNeeds } from './efs';
import { eksNeeds } from './eks';
import { iamNeeds } from './iam';
import { rdsNeeds } from './rds';
import { route53Needs } from './route53';

/**
 * What a call needs, by IAM's prefix of the service. A service that is not here is held to the action alone, and the
 * decision says that the resource was taken for granted.
 */
export const servicesNeeds: Readonly<Record<string, Needs>> = {
  acm: (call) => [
    { action: call.action, resource: text(call.parameters, 'CertificateArn') },
    // ACM, RequestCertificate: tags need the permission to add them.
    ...(call.operation === 'RequestCertificate' && Object.keys(tagsOf(call.parameters)).length > 0
      ? [{ action: 'acm:AddTagsToCertificate', resource: call.arn(`certificate/${madeUp}`) }]
      : []),
  ],
  backup: backupNeeds,
  cloudformation: onResource(({ parameters, arn }) =>
    named(text(parameters, 'StackName'), (name) => arn(`stack/${name}/${madeUp}`)),
  ),
  cloudwatch: cloudwatchNeeds,
  codebuild: (call) => onEach(call, projectsOf(call)),
  'cognito-idp': cognitoNeeds,
  dynamodb: dynamodbNeeds,
  ec2: ec2Needs,
  eks: eksNeeds,
  elasticfilesystem: efsNeeds,
  events: (call) => {
    const entries = call.parameters['Entries'];
    if (call.operation !== 'PutEvents' || !Array.isArray(entries))
      return onEach(call, [named(text(call.parameters, 'Name'), (name) => call.arn(`rule/${name}`))]);
    return (entries as Readonly<Record<string, string | undefined>>[]).map((entry) => ({
      action: call.action,
      resource: named(entry['EventBusName'] ?? 'default', (name) => call.arn(`event-bus/${name}`)),
      keys: {
        'events:source': [entry['Source'] ?? []].flat(),
        'events:detail-type': [entry['DetailType'] ?? []].flat(),
      },
    }));
  },
  iam: iamNeeds,
  kms: onResource(({ parameters, arn }) => {
    const key = text(parameters, 'KeyId');
    // An alias does not tell which key it is.
    return key === undefined || /(?:^|:)alias\//.test(key) ? undefined : named(key, (id) => arn(`key/${id}`));
  }),
  lambda: ({ action, operation, parameters, arn }) => {
    const unqualified = named(text(parameters, 'function'), (name) => arn(`function:${name}`));
    const qualifier = text(parameters, 'Qualifier');
    const qualified = (unqualified?.split(':').length ?? 0) > 7;
    const resource =
      unqualified === undefined || qualifier === undefined || qualified
        ? unqualified
        : `${unqualified}:${qualifier}`;
    // Service Authorization Reference, AWS Lambda: whom a permission is for.
    const keys = operation.startsWith('AddPermission')
      ? { 'lambda:principal': [text(parameters, 'Principal') ?? []].flat() }
      : {};
    return [{ action, resource, keys }];
  },
  logs: (call) => {
    const { parameters, arn } = call;
    const group = named(text(parameters, 'logGroupName'), (name) => arn(`log-group:${name}`));
    // Service Authorization Reference, CloudWatch Logs: a group is asked for without its streams where its tags are.
    const resource = text(parameters, 'resourceArn') ?? (group === undefined ? undefined : `${group}:*`);
    // CloudWatch Logs API reference, CreateLogGroup: tags need the permission to add them.
    const tagged = call.operation === 'CreateLogGroup' && parameters['tags'] !== undefined;
    return [
      { action: call.action, resource },
      ...(tagged ? [{ action: 'logs:TagResource', resource: group }] : []),
    ];
  },
  rds: rdsNeeds,
  route53: route53Needs,
  s3: onResource(({ parameters, partition }) => {
    const key = text(parameters, 'key');
    return `arn:${partition}:s3:::${text(parameters, 'bucket') ?? ''}${key === undefined ? '' : `/${key}`}`;
  }),
  secretsmanager: (call) => {
    const name = text(call.parameters, 'SecretId') ?? text(call.parameters, 'Name');
    const resource = named(name, (plain) => call.arn(`secret:${plain}${madeUp}`));
    const tags = call.operation === 'CreateSecret' && Object.keys(tagsOf(call.parameters)).length > 0;
    return [
      { action: call.action, resource },
      ...(tags ? [{ action: 'secretsmanager:TagResource', resource }] : []),
    ];
  },
  // Service Authorization Reference, AWS WAF V2: what is asked of a load balancer's web ACL, Elastic Load Balancing asks too.
  wafv2: ({ action, operation, parameters, arn }) => {
    const [balancer, name, id] = ['ResourceArn', 'Name', 'Id'].map((key) => text(parameters, key));
    if (operation === 'GetWebACLForResource')
      return [
        { action, resource: balancer },
        { action: 'elasticloadbalancing:GetLoadBalancerWebACL', resource: balancer },
      ];
    const resource =
      name === undefined || id === undefined ? undefined : arn(`regional/webacl/${name}/${id}`);
    return [{ action, resource }];
  },
  sns: ({ action, operation, parameters, arn }) => {
    const topic = text(parameters, 'TopicArn') ?? text(parameters, 'ResourceArn');
    // A subscription's ARN is its topic's with an id behind it.
    const resource =
      topic ??
      text(parameters, 'SubscriptionArn')?.replace(/:[^:]+$/, '') ??
      named(text(parameters, 'Name'), (name) => arn(name));
    const tags = operation === 'CreateTopic' && Object.keys(tagsOf(parameters)).length > 0;
    return [{ action, resource }, ...(tags ? [{ action: 'sns:TagResource', resource }] : [])];
  },
  sqs: onResource(({ parameters, arn }) => {
    const queue = text(parameters, 'QueueUrl')?.replace(/^.*\//, '') ?? text(parameters, 'QueueName');
    return named(queue, arn);
  }),
  // Public parameters belong to no account (Systems Manager user guide, "Working with public parameters").
  ssm: onResource(({ parameters, partition, region, arn }) => {
    const name = text(parameters, 'Name');
    if (name?.startsWith('/aws/service/') === true) return `arn:${partition}:ssm:${region}::parameter${name}`;
    return named(name, (plain) => arn(`parameter/${plain.replace(/^\//, '')}`));
  }),
  states: onResource(
    ({ parameters }) => text(parameters, 'executionArn') ?? text(parameters, 'stateMachineArn'),
  ),
};

/** A build's id is `PROJECT:RANDOM`. */
function projectsOf({ parameters, arn }: Asked): string[] {
  const ids = [text(parameters, 'id') ?? [], ...texts(parameters, 'ids')].flat();
  const names = ids.map((id) => id.replace(/^arn:.*:build\//, '').split(':')[0] ?? '');
  return [...new Set([...names, ...[text(parameters, 'projectName') ?? []].flat()])].map((name) =>
    arn(`project/${name}`),
  );
}
