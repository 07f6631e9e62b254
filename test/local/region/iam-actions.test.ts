import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { BatchGetBuildsCommand, CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateTagsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateAccessEntryCommand,
  CreateAddonCommand,
  CreateClusterCommand,
  CreateNodegroupCommand,
  CreatePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  EKSClient,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import {
  CreateAccessPointCommand,
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DeleteAccessPointCommand,
  DeleteMountTargetCommand,
  DescribeFileSystemsCommand,
  EFSClient,
  PutFileSystemPolicyCommand,
  TagResourceCommand as TagFileSystemCommand,
} from '@aws-sdk/client-efs';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AddRoleToInstanceProfileCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  AddPermissionCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  ListTagsForResourceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { ChangeResourceRecordSetsCommand, GetChangeCommand, Route53Client } from '@aws-sdk/client-route-53';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as buckets from '../../../adapters/aws/buckets';
import { createClients } from '../../../adapters/aws/clients';
import { findBucketRegion } from '../../../adapters/aws/s3';
import { buildPermissions } from '../../../infra/build-permissions';
import { openGateway, type Gateway } from '../../../local/region/gateway/gateway';
import { authorizationsOf } from '../../../local/region/iam/authorizations';
import { policiesOfAws } from '../../../local/region/iam/aws-policies';
import { evaluate, readStatements, type Authorization } from '../../../local/region/iam/evaluate';
import { madeUp } from '../../../local/region/iam/needs';

/**
 * The SDK's own clients write the requests, so that they are in the form in which functions and builds send them.
 */
const account = '111122223333';
const here = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${account}:${resource}`;
let gateway: Gateway;
let clients: ReturnType<typeof createClients>;
let asked: Authorization[] | Error;

beforeAll(async () => {
  gateway = await openGateway({
    services: {},
    authorize: (_, request, http) => {
      try {
        asked = authorizationsOf(request, http, { accountId: account, partition: 'aws', partitionKey: 'pk' });
      } catch (error) {
        asked = error as Error;
      }
      return Promise.resolve({ status: 200, body: '' });
    },
  });
  clients = createClients({
    region: 'eu-west-1',
    endpoint: gateway.endpoint,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  clients.destroy();
  await gateway.close();
});
beforeEach(() => {
  asked = new Error('no request came');
});

interface Client {
  send(command: unknown): Promise<unknown>;
}

/** What a call asks for; that it is not answered sensibly does not matter. */
async function askedBy(type: new (options: never) => object, command: object): Promise<Authorization[]> {
  const client = clients.get<Client>(type as never);
  await client.send(command).catch(() => undefined);
  if (asked instanceof Error) throw asked;
  return asked;
}

type Expected = readonly [action: string, resource: string | undefined];
const roleOf = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const principalArn = roleOf('kubeflow-eks-x');
const entry = here('eks', `access-entry/acme/role/${account}/kubeflow-eks-x/${madeUp}`);
const table = here('dynamodb', 'table/t');

test.each<[string, new (options: never) => object, object, readonly Expected[]]>([
  [
    'a JSON service',
    CognitoIdentityProviderClient,
    new ListUsersCommand({ UserPoolId: 'p_1' }),
    [['cognito-idp:ListUsers', here('cognito-idp', 'userpool/p_1')]],
  ],
  [
    'a look at one database',
    RDSClient,
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'd' }),
    [['rds:DescribeDBInstances', here('rds', 'db:d')]],
  ],
  [
    'a database that is made',
    RDSClient,
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier: 'd', DBInstanceClass: 'c', Engine: 'mysql', EngineVersion: '8.4.7' },
      ...{ DBSubnetGroupName: 's', DBParameterGroupName: 'p', KmsKeyId: 'arn:k' },
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
    [
      ...['db:d', 'subgrp:s', 'pg:p', 'og:default:mysql-8-4'].map((resource): Expected => [
        'rds:CreateDBInstance',
        here('rds', resource),
      ]),
      ['rds:AddTagsToResource', here('rds', 'db:d')],
      ...['CreateGrant', 'DescribeKey', 'Decrypt', 'GenerateDataKey'].map((name): Expected => [
        `kms:${name}`,
        'arn:k',
      ]),
      [
        'iam:CreateServiceLinkedRole',
        `arn:aws:iam::${account}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS`,
      ],
    ],
  ],
  [
    'a database that is deleted after a snapshot',
    RDSClient,
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'd', FinalDBSnapshotIdentifier: 'e' }),
    [
      ['rds:DeleteDBInstance', here('rds', 'db:d')],
      ['rds:CreateDBSnapshot', here('rds', 'snapshot:e')],
      ['rds:CreateDBSnapshot', here('rds', 'db:d')],
      ['rds:AddTagsToResource', here('rds', 'snapshot:e')],
    ],
  ],
  [
    'tags of a group of databases',
    RDSClient,
    new ListTagsForResourceCommand({ ResourceName: here('rds', 'pg:p') }),
    [['rds:ListTagsForResource', here('rds', 'pg:p')]],
  ],
  [
    'what RDS offers',
    RDSClient,
    new DescribeOrderableDBInstanceOptionsCommand({ Engine: 'mysql' }),
    [['rds:DescribeOrderableDBInstanceOptions', '*']],
  ],
  [
    'a look at all clusters of Aurora',
    RDSClient,
    new DescribeDBClustersCommand({}),
    [['rds:DescribeDBClusters', here('rds', 'cluster:*')]],
  ],
  [
    'a pool that is made',
    CognitoIdentityProviderClient,
    new CreateUserPoolCommand({ PoolName: 'p' }),
    [['cognito-idp:CreateUserPool', '*']],
  ],
  [
    'a pool that is made with tags',
    CognitoIdentityProviderClient,
    new CreateUserPoolCommand({ PoolName: 'p', UserPoolTags: { a: 'b' } }),
    [
      ['cognito-idp:CreateUserPool', '*'],
      ['cognito-idp:TagResource', here('cognito-idp', `userpool/${madeUp}`)],
    ],
  ],
  [
    'a custom domain',
    CognitoIdentityProviderClient,
    new CreateUserPoolDomainCommand({
      UserPoolId: 'p_1',
      Domain: 'd',
      CustomDomainConfig: { CertificateArn: 'arn:c' },
    }),
    [
      ['cognito-idp:CreateUserPoolDomain', here('cognito-idp', 'userpool/p_1')],
      ['acm:DescribeCertificate', 'arn:c'],
      ['cloudfront:UpdateDistribution', `arn:aws:cloudfront::${madeUp}:distribution/${madeUp}`],
    ],
  ],
  [
    'a certificate',
    ACMClient,
    new RequestCertificateCommand({ DomainName: 'd', Tags: [{ Key: 'a', Value: 'b' }] }),
    [
      ['acm:RequestCertificate', '*'],
      ['acm:AddTagsToCertificate', here('acm', `certificate/${madeUp}`)],
    ],
  ],
  [
    'a build',
    CodeBuildClient,
    new StartBuildCommand({ projectName: 'p' }),
    [['codebuild:StartBuild', here('codebuild', 'project/p')]],
  ],
  [
    'builds of two projects',
    CodeBuildClient,
    new BatchGetBuildsCommand({ ids: ['p:1', 'p:2', here('codebuild', 'build/q:3')] }),
    [
      ['codebuild:BatchGetBuilds', here('codebuild', 'project/p')],
      ['codebuild:BatchGetBuilds', here('codebuild', 'project/q')],
    ],
  ],
  [
    'an index',
    DynamoDBClient,
    new QueryCommand({ TableName: 't', IndexName: 'i' }),
    [['dynamodb:Query', `${table}/index/i`]],
  ],
  [
    'a transaction',
    DynamoDBClient,
    new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: 't', Item: { pk: { S: 'a' } } } },
        { Delete: { TableName: 't', Key: { pk: { S: 'b' } } } },
      ],
    }),
    [
      ['dynamodb:PutItem', table],
      ['dynamodb:DeleteItem', table],
    ],
  ],
  [
    'a description in EC2',
    EC2Client,
    new DescribeVpcsCommand({ VpcIds: ['vpc-1'] }),
    [['ec2:DescribeVpcs', '*']],
  ],
  [
    'tags in EC2',
    EC2Client,
    new CreateTagsCommand({ Resources: ['subnet-1', 'vpc-2'], Tags: [{ Key: 'a', Value: 'b' }] }),
    [
      ['ec2:CreateTags', here('ec2', 'subnet/subnet-1')],
      ['ec2:CreateTags', here('ec2', 'vpc/vpc-2')],
    ],
  ],
  [
    'load balancers',
    ElasticLoadBalancingV2Client,
    new DescribeLoadBalancersCommand({}),
    [['elasticloadbalancing:DescribeLoadBalancers', '*']],
  ],
  [
    'an access entry',
    EKSClient,
    new DescribeAccessEntryCommand({ clusterName: 'acme', principalArn }),
    [['eks:DescribeAccessEntry', entry]],
  ],
  [
    'an access entry that is made',
    EKSClient,
    new CreateAccessEntryCommand({ clusterName: 'acme', principalArn, tags: { a: 'b' } }),
    [
      ['eks:CreateAccessEntry', here('eks', 'cluster/acme')],
      ['eks:TagResource', entry],
    ],
  ],
  [
    'an access entry that is changed',
    EKSClient,
    new UpdateAccessEntryCommand({ clusterName: 'acme', principalArn }),
    [['eks:UpdateAccessEntry', entry]],
  ],
  [
    'an add-on',
    EKSClient,
    new DescribeAddonCommand({ clusterName: 'acme', addonName: 'vpc-cni' }),
    [['eks:DescribeAddon', here('eks', `addon/acme/vpc-cni/${madeUp}`)]],
  ],
  [
    'events on two buses',
    EventBridgeClient,
    new PutEventsCommand({
      Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }, { EventBusName: 'other' }],
    }),
    [
      ['events:PutEvents', here('events', 'event-bus/default')],
      ['events:PutEvents', here('events', 'event-bus/other')],
    ],
  ],
  [
    'a role with tags',
    IAMClient,
    new CreateRoleCommand({
      RoleName: 'r',
      AssumeRolePolicyDocument: '{}',
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
    [
      ['iam:CreateRole', `arn:aws:iam::${account}:role/r`],
      ['iam:TagRole', `arn:aws:iam::${account}:role/r`],
    ],
  ],
  ['a key', KMSClient, new DescribeKeyCommand({ KeyId: 'k' }), [['kms:DescribeKey', here('kms', 'key/k')]]],
  [
    'a key by its alias',
    KMSClient,
    new DescribeKeyCommand({ KeyId: 'alias/k' }),
    [['kms:DescribeKey', undefined]],
  ],
  [
    'a function',
    LambdaClient,
    new InvokeCommand({ FunctionName: 'f', Payload: '[]' }),
    [['lambda:InvokeFunction', here('lambda', 'function:f')]],
  ],
  [
    "a function's alias",
    LambdaClient,
    new InvokeCommand({ FunctionName: here('lambda', 'function:f:live') }),
    [['lambda:InvokeFunction', here('lambda', 'function:f:live')]],
  ],
  [
    "a function's concurrency",
    LambdaClient,
    new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'f', Qualifier: 'live' }),
    [['lambda:GetProvisionedConcurrencyConfig', here('lambda', 'function:f:live')]],
  ],
  [
    'a change in Route 53',
    Route53Client,
    new GetChangeCommand({ Id: '/change/C1' }),
    [['route53:GetChange', 'arn:aws:route53:::change/C1']],
  ],
  [
    'an object',
    S3Client,
    new GetObjectCommand({ Bucket: 'b', Key: 'a/b c' }),
    [['s3:GetObject', 'arn:aws:s3:::b/a/b c']],
  ],
  [
    'a bucket',
    S3Client,
    new ListObjectsV2Command({ Bucket: 'b', Prefix: 'a/' }),
    [['s3:ListBucket', 'arn:aws:s3:::b']],
  ],
  [
    'a secret by name',
    SecretsManagerClient,
    new GetSecretValueCommand({ SecretId: 'a/b' }),
    [['secretsmanager:GetSecretValue', here('secretsmanager', `secret:a/b${madeUp}`)]],
  ],
  [
    'a secret that is made with tags',
    SecretsManagerClient,
    new CreateSecretCommand({ Name: 'a', Tags: [{ Key: 'a', Value: 'b' }] }),
    [
      ['secretsmanager:CreateSecret', here('secretsmanager', `secret:a${madeUp}`)],
      ['secretsmanager:TagResource', here('secretsmanager', `secret:a${madeUp}`)],
    ],
  ],
  [
    'an execution',
    SFNClient,
    new DescribeExecutionCommand({ executionArn: here('states', 'execution:m:e') }),
    [['states:DescribeExecution', here('states', 'execution:m:e')]],
  ],
  [
    'alarms, of which who reads one reads all',
    CloudWatchClient,
    new DescribeAlarmsCommand({ AlarmNames: ['a'] }),
    [['cloudwatch:DescribeAlarms', here('cloudwatch', 'alarm:*')]],
  ],
  [
    'an alarm with tags',
    CloudWatchClient,
    new PutMetricAlarmCommand({
      AlarmName: 'a',
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      Tags: [{ Key: 'k', Value: 'v' }],
    }),
    [
      ['cloudwatch:PutMetricAlarm', here('cloudwatch', 'alarm:a')],
      ['cloudwatch:TagResource', here('cloudwatch', 'alarm:a')],
    ],
  ],
  [
    'each of the alarms that go',
    CloudWatchClient,
    new DeleteAlarmsCommand({ AlarmNames: ['a', 'b'] }),
    [
      ['cloudwatch:DeleteAlarms', here('cloudwatch', 'alarm:a')],
      ['cloudwatch:DeleteAlarms', here('cloudwatch', 'alarm:b')],
    ],
  ],
  [
    'a topic',
    SNSClient,
    new PublishCommand({ TopicArn: here('sns', 't'), Message: 'm' }),
    [['sns:Publish', here('sns', 't')]],
  ],
  [
    'a subscription, which is no resource',
    SNSClient,
    new UnsubscribeCommand({ SubscriptionArn: here('sns', 't:1') }),
    [['sns:Unsubscribe', '*']],
  ],
  ['who am I', STSClient, new GetCallerIdentityCommand({}), []],
])('%s', async (_, type, command, expected) => {
  const needed = await askedBy(type, command);
  expect(needed.map(({ action, resource }) => [action, resource])).toEqual(expected);
});

describe('condition keys', () => {
  const keys = async (type: new (options: never) => object, command: object, key: string) =>
    (await askedBy(type, command))[0]?.context.values[key];

  test.each<[string, object, string[]]>([
    [
      'of an item',
      new GetItemCommand({ TableName: 't', Key: { pk: { S: 'pool#1' }, sk: { S: 'x' } } }),
      ['pool#1'],
    ],
    [
      'of a query',
      new QueryCommand({
        TableName: 't',
        KeyConditionExpression: '#p = :p and begins_with(sk, :s)',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExpressionAttributeValues: { ':p': { S: 'pool#1' }, ':s': { S: 'run#' } },
      }),
      ['pool#1'],
    ],
    [
      'of a batch',
      new BatchWriteItemCommand({
        RequestItems: {
          t: [{ PutRequest: { Item: { pk: { S: 'a' } } } }, { DeleteRequest: { Key: { pk: { S: 'b' } } } }],
        },
      }),
      ['a', 'b'],
    ],
    ['of a scan', new ScanCommand({ TableName: 't' }), []],
  ])('the leading keys %s', async (_, command, expected) => {
    expect(await keys(DynamoDBClient, command, 'dynamodb:leadingkeys')).toEqual(expected);
  });

  test('tags and their keys', async () => {
    const command = new CreateTagsCommand({ Resources: ['vpc-1'], Tags: [{ Key: 'Owner', Value: 'acme' }] });
    expect(await keys(EC2Client, command, 'aws:tagkeys')).toEqual(['Owner']);
    expect(await keys(EC2Client, command, 'aws:requesttag/owner')).toEqual(['acme']);
  });

  test('what records a change is about', async () => {
    const command = new ChangeResourceRecordSetsCommand({
      HostedZoneId: 'Z1',
      ChangeBatch: {
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: {
              Name: 'A.Example.',
              Type: 'A',
              TTL: 1,
              ResourceRecords: [{ Value: '127.0.0.1' }],
            },
          },
          {
            Action: 'DELETE',
            ResourceRecordSet: {
              Name: 'b.example',
              Type: 'MX',
              TTL: 1,
              ResourceRecords: [{ Value: '<Type>A</Type>' }],
            },
          },
        ],
      },
    });
    const [needed] = await askedBy(Route53Client, command);
    expect(needed).toMatchObject({
      action: 'route53:ChangeResourceRecordSets',
      resource: 'arn:aws:route53:::hostedzone/Z1',
      context: {
        values: {
          'route53:changeresourcerecordsetsrecordtypes': ['A', 'MX'],
          'route53:changeresourcerecordsetsactions': ['UPSERT', 'DELETE'],
          'route53:changeresourcerecordsetsnormalizedrecordnames': ['a.example', 'b.example'],
        },
      },
    });
  });

  test('the groups and the principal of an access entry, which its tagging does not have', async () => {
    const [made, tagged] = await askedBy(
      EKSClient,
      new CreateAccessEntryCommand({
        clusterName: 'acme',
        principalArn,
        kubernetesGroups: ['g'],
        tags: { a: 'b' },
      }),
    );
    expect(made?.context.values).toMatchObject({
      'eks:kubernetesgroups': ['g'],
      'eks:principalarn': [principalArn],
    });
    expect(tagged?.context.values).not.toHaveProperty('eks:principalarn');
    expect(tagged?.context.known).toContain('eks:principalarn');
  });

  test.each<[string, new (options: never) => object, object, [role: string, service: string | undefined][]]>([
    [
      'the role of a cluster',
      EKSClient,
      new CreateClusterCommand({ name: 'acme', roleArn: roleOf('cluster'), resourcesVpcConfig: {} }),
      [['cluster', 'eks.amazonaws.com']],
    ],
    [
      'the role of nodes, of which the service is not known',
      EKSClient,
      new CreateNodegroupCommand({
        clusterName: 'acme',
        nodegroupName: 'a',
        subnets: [],
        nodeRole: roleOf('nodes'),
      }),
      [['nodes', undefined]],
    ],
    [
      'the role of pods',
      EKSClient,
      new CreatePodIdentityAssociationCommand({
        clusterName: 'acme',
        namespace: 'a',
        serviceAccount: 'b',
        roleArn: roleOf('pods'),
        tags: { a: 'b' },
      }),
      [['pods', 'pods.eks.amazonaws.com']],
    ],
    [
      'the roles of an add-on',
      EKSClient,
      new CreateAddonCommand({
        clusterName: 'acme',
        addonName: 'vpc-cni',
        serviceAccountRoleArn: roleOf('account'),
        podIdentityAssociations: [{ serviceAccount: 'a', roleArn: roleOf('pods') }],
      }),
      [
        ['account', undefined],
        ['pods', 'pods.eks.amazonaws.com'],
      ],
    ],
    [
      'the role of an instance profile',
      IAMClient,
      new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'p', RoleName: 'nodes' }),
      [['nodes', 'ec2.amazonaws.com']],
    ],
  ])('what passes %s', async (_, type, command, expected) => {
    const passed = (await askedBy(type, command)).filter(({ action }) => action === 'iam:PassRole');
    expect(
      passed.map(({ resource, context }) => [resource, context.values['iam:passedtoservice']?.[0]]),
    ).toEqual(expected.map(([role, service]) => [roleOf(role), service]));
    for (const [index, [, service]] of expected.entries())
      expect(passed[index]?.context.known.includes('iam:passedtoservice')).toBe(service !== undefined);
  });

  test.each<[what: string, Parameters<typeof askedBy>[1], expected: readonly string[]]>([
    [
      'a cluster',
      new CreateClusterCommand({ name: 'acme', roleArn: roleOf('control-plane'), resourcesVpcConfig: {} }),
      [
        'ec2:DescribeSubnets *',
        'ec2:DescribeVpcs *',
        'iam:GetRole control-plane',
        'iam:ListAttachedRolePolicies control-plane',
      ],
    ],
    [
      'nodes, with the role by which EKS makes them',
      new CreateNodegroupCommand({
        clusterName: 'acme',
        nodegroupName: 'cpu',
        nodeRole: roleOf('nodes'),
        subnets: ['subnet-1'],
        launchTemplate: { id: 'lt-1' },
      }),
      [
        'ec2:DescribeKeyPairs *',
        'ec2:DescribeLaunchTemplateVersions *',
        'ec2:DescribeLaunchTemplates *',
        'ec2:DescribeRouteTables *',
        'ec2:DescribeSecurityGroups *',
        'ec2:DescribeSubnets *',
        'ec2:DescribeVpcs *',
        'iam:GetRole aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup',
        'iam:GetRole nodes',
        'iam:ListAttachedRolePolicies nodes',
      ],
    ],
    [
      'pods',
      new CreatePodIdentityAssociationCommand({
        clusterName: 'acme',
        namespace: 'a',
        serviceAccount: 'b',
        roleArn: roleOf('pods'),
      }),
      ['iam:GetRole pods'],
    ],
    [
      'the pods of an add-on, for which it makes associations',
      new CreateAddonCommand({
        clusterName: 'acme',
        addonName: 'vpc-cni',
        podIdentityAssociations: [{ serviceAccount: 'a', roleArn: roleOf('pods') }],
      }),
      [`eks:CreatePodIdentityAssociation ${here('eks', 'cluster/acme')}`, 'iam:GetRole pods'],
    ],
  ])('what EKS does on behalf of its caller for %s', async (_, command, expected) => {
    const [own, ...others] = await askedBy(EKSClient, command);
    expect(own?.action).toMatch(/^eks:Create/);
    expect(
      others
        .filter(({ action }) => action !== 'iam:PassRole')
        .map(({ action, resource = '' }) => `${action} ${resource.replace(/^arn:.*:role\//, '')}`)
        .sort(),
    ).toEqual(expected);
  });

  test("an event's source", async () => {
    const command = new PutEventsCommand({
      Entries: [{ Source: 'kubeflow-eks', DetailType: 'b', Detail: '{}' }],
    });
    expect(await keys(EventBridgeClient, command, 'events:source')).toEqual(['kubeflow-eks']);
  });
});

describe('EFS', () => {
  const efs = (resource: string) => here('elasticfilesystem', resource);
  const ec2 = (resource: string) => here('ec2', resource);
  const Tags = [{ Key: 'efs.csi.aws.com/cluster', Value: 'true' }];
  const key = here('kms', 'key/1');

  test.each<[string, object, Expected[]]>([
    [
      'a look by a token',
      new DescribeFileSystemsCommand({ CreationToken: 't' }),
      [['elasticfilesystem:DescribeFileSystems', efs(`file-system/${madeUp}`)]],
    ],
    [
      'a file system with a key and tags',
      new CreateFileSystemCommand({ CreationToken: 't', Encrypted: true, KmsKeyId: key, Tags }),
      [
        ['elasticfilesystem:CreateFileSystem', efs(`file-system/${madeUp}`)],
        ['elasticfilesystem:TagResource', efs(`file-system/${madeUp}`)],
        ['kms:DescribeKey', key],
        ['kms:GenerateDataKeyWithoutPlaintext', key],
        ['kms:Decrypt', key],
        ['kms:CreateGrant', key],
      ],
    ],
    [
      'its policy',
      new PutFileSystemPolicyCommand({ FileSystemId: 'fs-1', Policy: '{}' }),
      [['elasticfilesystem:PutFileSystemPolicy', efs('file-system/fs-1')]],
    ],
    [
      'a mount target',
      new CreateMountTargetCommand({ FileSystemId: 'fs-1', SubnetId: 'subnet-1', SecurityGroups: ['sg-1'] }),
      [
        ['elasticfilesystem:CreateMountTarget', efs('file-system/fs-1')],
        ['ec2:CreateNetworkInterface', ec2(`network-interface/${madeUp}`)],
        ['ec2:CreateNetworkInterface', ec2('subnet/subnet-1')],
        ['ec2:CreateNetworkInterface', ec2('security-group/sg-1')],
      ],
    ],
    [
      'the end of one, of which the request does not tell the file system',
      new DeleteMountTargetCommand({ MountTargetId: 'fsmt-1' }),
      [
        ['elasticfilesystem:DeleteMountTarget', efs(`file-system/${madeUp}`)],
        ['ec2:DeleteNetworkInterface', ec2(`network-interface/${madeUp}`)],
      ],
    ],
    [
      'an access point with tags',
      new CreateAccessPointCommand({ ClientToken: 'pvc-1', FileSystemId: 'fs-1', Tags }),
      [
        ['elasticfilesystem:CreateAccessPoint', efs('file-system/fs-1')],
        ['elasticfilesystem:TagResource', efs(`access-point/${madeUp}`)],
      ],
    ],
    [
      'the end of one',
      new DeleteAccessPointCommand({ AccessPointId: 'fsap-1' }),
      [['elasticfilesystem:DeleteAccessPoint', efs('access-point/fsap-1')]],
    ],
  ])('asks for its permissions: %s', async (_, command, expected) => {
    const found = await askedBy(EFSClient, command);
    expect(found.map(({ action, resource }) => [action, resource])).toEqual(expected);
  });

  test('tells a tag that is given at the making from one that is added', async () => {
    const action = (all: Authorization[]) =>
      all.find(({ action: name }) => name === 'elasticfilesystem:TagResource')?.context.values[
        'elasticfilesystem:createaction'
      ];
    const making = new CreateAccessPointCommand({ ClientToken: 'p', FileSystemId: 'fs-1', Tags });
    expect(action(await askedBy(EFSClient, making))).toEqual(['CreateAccessPoint']);
    const adding = new TagFileSystemCommand({ ResourceId: 'fs-1', Tags });
    expect(action(await askedBy(EFSClient, adding))).toEqual([]);
  });

  describe("AWS' policy for the driver", () => {
    const statements = readStatements(policiesOfAws['service-role/AmazonEFSCSIDriverPolicy'] ?? []);
    const allows = async (command: object, tags?: Record<string, string>): Promise<boolean[]> =>
      (await askedBy(EFSClient, command)).map(({ context, ...rest }) => {
        const ofResource = Object.entries(tags ?? {}).map(([name, value]): [string, string[]] => [
          `aws:resourcetag/${name}`,
          [value],
        ]);
        const values = { ...context.values, ...Object.fromEntries(ofResource) };
        const known = [...context.known, 'aws:resourcetag/'];
        return evaluate(statements, { ...rest, context: { values, known } }).allowed;
      });
    const point = (more: object[]) =>
      new CreateAccessPointCommand({
        ClientToken: 'pvc-1',
        FileSystemId: 'fs-1',
        Tags: more as { Key: string; Value: string }[],
      });

    test('allows access points with its tag, and with no other', async () => {
      expect(await allows(point(Tags))).toEqual([true, true]);
      expect(await allows(point([]))).toEqual([false]);
      expect(await allows(point([...Tags, { Key: 'team', Value: 'a' }]))).toEqual([false, false]);
    });

    test('lets it delete those with its tag alone, and add no tag', async () => {
      const end = new DeleteAccessPointCommand({ AccessPointId: 'fsap-1' });
      expect(await allows(end, { 'efs.csi.aws.com/cluster': 'true' })).toEqual([true]);
      expect(await allows(end)).toEqual([false]);
      expect(await allows(new TagFileSystemCommand({ ResourceId: 'fsap-1', Tags }))).toEqual([false]);
      expect(await allows(new PutFileSystemPolicyCommand({ FileSystemId: 'fs-1', Policy: '{}' }))).toEqual([
        false,
      ]);
    });
  });

  test('says whether a file system is encrypted', async () => {
    for (const Encrypted of [true, false]) {
      const [making] = await askedBy(
        EFSClient,
        new CreateFileSystemCommand({ CreationToken: 't', Encrypted }),
      );
      expect(making?.context.values['elasticfilesystem:encrypted']).toEqual([String(Encrypted)]);
    }
  });
});

test('a public parameter belongs to no account', async () => {
  const asks = (Name: string) =>
    fetch(gateway.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonSSM.GetParameter',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/ssm/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify({ Name }),
    });
  await asks('/aws/service/eks/x');
  expect(asked).toMatchObject([
    { action: 'ssm:GetParameter', resource: 'arn:aws:ssm:eu-west-1::parameter/aws/service/eks/x' },
  ]);
  await asks('/acme/x');
  expect(asked).toMatchObject([{ resource: here('ssm', 'parameter/acme/x') }]);
});

test('a REST request that is in no table is an error that names it', async () => {
  await expect(askedBy(S3Client, new GetObjectTaggingCommand({ Bucket: 'b', Key: 'k' }))).rejects.toThrow(
    /which permission s3 GET \/b\/k needs/,
  );
});

test('a permission on a function says for whom it is', async () => {
  const [need] = await askedBy(
    LambdaClient,
    new AddPermissionCommand({
      FunctionName: 'f',
      Qualifier: 'live',
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: 'cognito-idp.amazonaws.com',
    }),
  );
  expect(need).toMatchObject({
    action: 'lambda:AddPermission',
    resource: here('lambda', 'function:f:live'),
    context: { values: { 'lambda:principal': ['cognito-idp.amazonaws.com'] } },
  });
});

test("a bucket's settings need the permissions that the build of the cluster has, and no others", async () => {
  const bucket = { bucket: 'kubeflow-artifacts-x', accountId: account };
  const { bucket: name } = bucket;
  const calls: readonly [permission: string, call: () => Promise<unknown>][] = [
    ['GetBucketLocation', () => findBucketRegion(clients, name)],
    ['GetBucketTagging', () => buckets.readBucketTags(clients, bucket)],
    ['GetEncryptionConfiguration', () => buckets.readEncryption(clients, bucket)],
    ['GetBucketPublicAccessBlock', () => buckets.readPublicAccessBlock(clients, bucket)],
    ['GetBucketVersioning', () => buckets.readVersioning(clients, bucket)],
    ['GetBucketPolicy', () => buckets.readBucketPolicy(clients, bucket)],
    ['GetLifecycleConfiguration', () => buckets.readLifecycle(clients, bucket)],
    ['CreateBucket', () => buckets.createBucket(clients, name)],
    ['PutBucketTagging', () => buckets.tagBucket(clients, bucket, { a: 'b' })],
    ['PutEncryptionConfiguration', () => buckets.encryptWith(clients, bucket, 'arn:aws:kms:x')],
    ['PutBucketPublicAccessBlock', () => buckets.blockPublicAccess(clients, bucket)],
    ['PutBucketVersioning', () => buckets.keepVersions(clients, bucket)],
    ['PutBucketPolicy', () => buckets.putBucketPolicy(clients, bucket, {})],
    ['PutLifecycleConfiguration', () => buckets.putLifecycle(clients, bucket, [])],
    ['DeleteBucket', () => buckets.deleteEmptyBucket(clients, bucket)],
  ];
  for (const [permission, call] of calls) {
    asked = [];
    await call().catch(() => undefined);
    const seen = asked as Authorization[] | Error;
    if (seen instanceof Error) throw seen;
    expect(seen.map(({ action, resource }) => [action, resource])).toEqual([
      [`s3:${permission}`, `arn:aws:s3:::${name}`],
    ]);
  }
  const build = [...buildPermissions.cluster, ...buildPermissions.teardown].flatMap(({ actions }) => actions);
  expect(calls.map(([permission]) => `s3:${permission}`).filter((action) => !build.includes(action))).toEqual(
    [],
  );
});
