import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { stackNames } from '../../core/naming';
import { seedConfiguration, useRegion } from '../support/region';

const region = useRegion({ ...seedConfiguration, notification_email: 'platform@acme.example' });

/** Everything that a deployment could leave behind, in a form that can be compared. */
async function whatIsThere(): Promise<Record<string, unknown>> {
  const { region: local, clients } = region();
  const zoneId = await hostedZone();
  const { ResourceRecordSets: records } = await clients
    .get(Route53Client)
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
  const { Subnets: subnets = [] } = await clients.get(EC2Client).send(new DescribeSubnetsCommand({}));
  const { Items: items = [] } = await clients
    .get(DynamoDBClient)
    .send(new ScanCommand({ TableName: stackNames.table }));
  const { SecretList: secrets = [] } = await clients
    .get(SecretsManagerClient)
    .send(new ListSecretsCommand({}));
  const { Roles: roles = [] } = await clients.get(IAMClient).send(new ListRolesCommand({}));
  return {
    records,
    subnetTags: subnets
      .map(({ SubnetId, Tags = [] }) => ({
        SubnetId,
        Tags: Tags.map(({ Key, Value }) => `${Key ?? ''}=${Value ?? ''}`).sort(),
      }))
      .sort((a, b) => (a.SubnetId ?? '').localeCompare(b.SubnetId ?? '')),
    clusters: (await clients.get(EKSClient).send(new ListClustersCommand({}))).clusters,
    pools: (
      await clients.get(CognitoIdentityProviderClient).send(new ListUserPoolsCommand({ MaxResults: 60 }))
    ).UserPools?.map(({ Name }) => Name),
    certificates: (await clients.get(ACMClient).send(new ListCertificatesCommand({}))).CertificateSummaryList
      ?.length,
    loadBalancers: (
      await clients.get(ElasticLoadBalancingV2Client).send(new DescribeLoadBalancersCommand({}))
    ).LoadBalancers?.length,
    secrets: secrets.filter(({ DeletedDate }) => DeletedDate === undefined).map(({ Name }) => Name),
    roles: roles.map(({ RoleName }) => RoleName).sort(),
    topics: ((await clients.get(SNSClient).send(new ListTopicsCommand({}))).Topics ?? [])
      .map(({ TopicArn }) => TopicArn)
      .sort(),
    // Runs stay for 90 days, so that one can look them up.
    registry: items
      .map(({ pk, sk }) => `${pk?.S ?? ''} ${sk?.S ?? ''}`)
      .filter((key) => !key.includes(' run#')),
    controlPlanes: local.clusters.all().length,
  };
}

async function hostedZone(): Promise<string> {
  const { HostedZones: [zone] = [] } = await region()
    .clients.get(Route53Client)
    .send(new ListHostedZonesCommand({}));
  return zone?.Id ?? '';
}

test('destroy takes away what provision made, leaves what is not ours, and is redriven after a fault at every state', async () => {
  const { start, redrive, finish, document, clients, region: local } = region();
  // Look-alikes of somebody else's.
  await clients
    .get(CognitoIdentityProviderClient)
    .send(new CreateUserPoolCommand({ PoolName: 'somebody-elses' }));
  await clients.get(Route53Client).send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: await hostedZone(),
      ChangeBatch: {
        Changes: [
          {
            Action: 'CREATE',
            ResourceRecordSet: {
              Name: `www.${seedConfiguration.route53_domain}`,
              Type: 'A',
              TTL: 60,
              ResourceRecords: [{ Value: '192.0.2.1' }],
            },
          },
        ],
      },
    }),
  );
  const before = await whatIsThere();
  const provisioned = await finish(await start('provision', document));
  expect(provisioned.execution.status).toBe('SUCCEEDED');
  expect(await whatIsThere()).not.toEqual(before);

  const failed = new Set<string>();
  local.faults.state = ({ stateName }) => {
    if (failed.has(stateName)) return undefined;
    failed.add(stateName);
    return { error: 'InjectedFault', cause: stateName };
  };
  const executionArn = await start('destroy', { deployment: seedConfiguration.eks_name });
  let end = await finish(executionArn);
  for (let redrives = 0; end.execution.status === 'FAILED' && redrives < 40; redrives += 1) {
    expect(end.execution).toMatchObject({ error: 'InjectedFault' });
    await redrive(executionArn);
    end = await finish(executionArn);
  }
  delete local.faults.state;

  expect(end.execution.status).toBe('SUCCEEDED');
  expect(failed.size).toBeGreaterThan(10);
  expect(await whatIsThere()).toEqual(before);
}, 900_000);
