import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Tag,
} from '@aws-sdk/client-ec2';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  IAMClient,
  ListInstanceProfilesCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSubnetGroupsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AwsClients } from '../../adapters/aws/clients';
import { parseAliasArn, readPermissions } from '../../adapters/aws/lambda';
import { stackNames } from '../../core/naming';
import type { TestRegion } from './region';

/** By kind, the names of what there is; what has no name is there with its content. */
export type WhatIsThere = Record<string, string[]>;

/** Everything that a deployment could leave behind in its account, in a form that can be compared. */
export async function whatIsThere(current: TestRegion): Promise<WhatIsThere> {
  const { clients, region: local } = current;
  const everything = {
    ...(await network(clients)),
    ...(await identities(clients)),
    ...(await login(current)),
    ...(await databases(clients)),
    records: await records(clients),
    alarms: (
      (await clients.get(CloudWatchClient).send(new DescribeAlarmsCommand({}))).MetricAlarms ?? []
    ).map(({ AlarmName: name = '' }) => name),
    registry: await registry(clients),
    clusters: (await clients.get(EKSClient).send(new ListClustersCommand({}))).clusters ?? [],
    controlPlanes: local.clusters.all().map(({ clusterName }) => clusterName),
    stacks: ((await clients.get(CloudFormationClient).send(new DescribeStacksCommand({}))).Stacks ?? [])
      .filter(({ StackStatus: status }) => status !== 'DELETE_COMPLETE')
      .map(({ StackName: name = '' }) => name),
  };
  return Object.fromEntries(Object.entries(everything).map(([kind, names]) => [kind, [...names].sort()]));
}

/** What is there now and was not before, and the other way round: `+ records …`, `- records …`. */
export function differences(before: WhatIsThere, after: WhatIsThere): string[] {
  const kinds = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return kinds.flatMap((kind) => {
    const [then = [], now = []] = [before[kind], after[kind]];
    return [
      ...now.filter((name) => !then.includes(name)).map((name) => `+ ${kind} ${name}`),
      ...then.filter((name) => !now.includes(name)).map((name) => `- ${kind} ${name}`),
    ];
  });
}

/** The id of the one hosted zone of a region's account; nothing where it is gone. */
export async function hostedZone(clients: AwsClients): Promise<string | undefined> {
  const { HostedZones: [zone] = [] } = await clients.get(Route53Client).send(new ListHostedZonesCommand({}));
  return zone?.Id;
}

async function databases(clients: AwsClients): Promise<WhatIsThere> {
  const rds = clients.get(RDSClient);
  const [instances, subnets, parameters] = await Promise.all([
    rds.send(new DescribeDBInstancesCommand({})),
    rds.send(new DescribeDBSubnetGroupsCommand({})),
    rds.send(new DescribeDBParameterGroupsCommand({})),
  ]);
  return {
    databases: (instances.DBInstances ?? []).map(({ DBInstanceIdentifier: id = '' }) => id),
    subnetGroups: (subnets.DBSubnetGroups ?? []).map(({ DBSubnetGroupName: id = '' }) => id),
    // The engine's own are there once an instance was.
    parameterGroups: (parameters.DBParameterGroups ?? []).flatMap(({ DBParameterGroupName: id = '' }) =>
      id.startsWith('default.') ? [] : [id],
    ),
  };
}

async function network(clients: AwsClients): Promise<WhatIsThere> {
  const ec2 = clients.get(EC2Client);
  const elb = clients.get(ElasticLoadBalancingV2Client);
  const [vpcs, subnets, groups, volumes, templates, machines, balancers, targets] = await Promise.all([
    ec2.send(new DescribeVpcsCommand({})),
    ec2.send(new DescribeSubnetsCommand({})),
    ec2.send(new DescribeSecurityGroupsCommand({})),
    ec2.send(new DescribeVolumesCommand({})),
    ec2.send(new DescribeLaunchTemplatesCommand({})),
    ec2.send(new DescribeInstancesCommand({})),
    elb.send(new DescribeLoadBalancersCommand({})),
    elb.send(new DescribeTargetGroupsCommand({})),
  ]);
  return {
    networkTags: [
      ...(vpcs.Vpcs ?? []).map(({ VpcId: id, Tags }) => withTags(id, Tags)),
      ...(subnets.Subnets ?? []).map(({ SubnetId: id, Tags }) => withTags(id, Tags)),
    ],
    securityGroups: (groups.SecurityGroups ?? []).map(({ GroupName: name = '' }) => name),
    volumes: (volumes.Volumes ?? []).map(({ VolumeId: id = '' }) => id),
    launchTemplates: (templates.LaunchTemplates ?? []).map(({ LaunchTemplateName: name = '' }) => name),
    // One that has ended is described for a while.
    machines: (machines.Reservations ?? [])
      .flatMap(({ Instances: instances = [] }) => instances)
      .filter(({ State: state }) => state?.Name !== 'terminated')
      .map(({ InstanceId: id = '' }) => id),
    loadBalancers: (balancers.LoadBalancers ?? []).map(({ LoadBalancerName: name = '' }) => name),
    targetGroups: (targets.TargetGroups ?? []).map(({ TargetGroupName: name = '' }) => name),
  };
}

function withTags(id = '', tags: readonly Tag[] = []): string {
  return [id, ...tags.map(({ Key, Value }) => `${Key ?? ''}=${Value ?? ''}`).sort()].join(' ');
}

async function identities(clients: AwsClients): Promise<WhatIsThere> {
  const iam = clients.get(IAMClient);
  const [roles, policies, profiles, providers] = await Promise.all([
    iam.send(new ListRolesCommand({ MaxItems: 1000 })),
    iam.send(new ListPoliciesCommand({ Scope: 'Local', MaxItems: 1000 })),
    iam.send(new ListInstanceProfilesCommand({})),
    iam.send(new ListOpenIDConnectProvidersCommand({})),
  ]);
  return {
    // Those by which services act are the account's, made by its first use of a service, and stay.
    roles: (roles.Roles ?? [])
      .filter(({ Path: path = '' }) => !path.startsWith('/aws-service-role/'))
      .map(({ RoleName: name = '' }) => name),
    policies: (policies.Policies ?? []).map(({ PolicyName: name = '' }) => name),
    instanceProfiles: (profiles.InstanceProfiles ?? []).map(({ InstanceProfileName: name = '' }) => name),
    oidcProviders: (providers.OpenIDConnectProviderList ?? []).map(({ Arn: arn = '' }) => arn),
  };
}

/** What a login needs: pools, their permission to call the profile manager, certificates, secrets, topics. */
async function login({ clients, region: local }: TestRegion): Promise<WhatIsThere> {
  const { aliases } = local.synthesis.deployed;
  const [pools, certificates, secrets, topics, permissions] = await Promise.all([
    clients.get(CognitoIdentityProviderClient).send(new ListUserPoolsCommand({ MaxResults: 60 })),
    Promise.all(
      [...new Set([local.options.region, 'us-east-1'])].map(async (region) =>
        clients.get(ACMClient, region).send(new ListCertificatesCommand({})),
      ),
    ),
    clients.get(SecretsManagerClient).send(new ListSecretsCommand({})),
    clients.get(SNSClient).send(new ListTopicsCommand({})),
    Promise.all(aliases.map(async ({ arn }) => readPermissions(clients, parseAliasArn(arn)))),
  ]);
  return {
    userPools: (pools.UserPools ?? []).map(({ Name: name = '' }) => name),
    certificates: certificates
      .flatMap(({ CertificateSummaryList: list = [] }) => list)
      .map(({ CertificateArn: arn = '' }) => arn),
    // One that was deleted can be brought back for a while.
    secrets: (secrets.SecretList ?? [])
      .filter(({ DeletedDate: deleted }) => deleted === undefined)
      .map(({ Name: name = '' }) => name),
    topics: (topics.Topics ?? []).map(({ TopicArn: arn = '' }) => arn),
    triggerPermissions: permissions.flat().map(({ statementId }) => statementId),
  };
}

async function records(clients: AwsClients): Promise<string[]> {
  const zoneId = await hostedZone(clients);
  if (zoneId === undefined) return [];
  const { ResourceRecordSets: all = [] } = await clients
    .get(Route53Client)
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
  return all.map((record) => JSON.stringify(record));
}

/** Without the records of runs, and which is the latest, which stay for 90 days so that one can look them up. */
async function registry(clients: AwsClients): Promise<string[]> {
  const { Items: items = [] } = await clients
    .get(DynamoDBClient)
    .send(new ScanCommand({ TableName: stackNames.table }));
  return items
    .map(({ pk, sk }) => `${pk?.S ?? ''} ${sk?.S ?? ''}`)
    .filter((key) => !/ (?:run#|latest-run$)/.test(key));
}
