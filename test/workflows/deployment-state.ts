import { ACMClient, DescribeCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand as ListAlarmTagsCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  ListIdentityProvidersCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import {
  DescribeSecretCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import type { AwsClients } from '../../adapters/aws/clients';
import { documentClient } from '../../adapters/aws/registry';
import { stackNames } from '../../core/naming';
import { essence } from '../builds/cluster/performed';
import type { AccountInMoto, Prepared } from './account-in-moto';

/** Everything of a deployment that a configuration decides, with names in the place of ids that AWS makes up. */
export interface DeploymentState {
  readonly parts: Readonly<Record<string, unknown>>;
  /** The records of the zone, each as one line. */
  readonly records: readonly string[];
}

/** Reads a deployment as it is in its account. */
export async function deploymentState(
  account: AccountInMoto,
  clients: AwsClients,
  { networks, keys, zoneId }: Prepared,
): Promise<DeploymentState> {
  const names = new Map<string, string>([[zoneId, '<zone>']]);
  networks.forEach(({ vpcId, subnets }, index) => {
    names.set(vpcId, `<vpc ${index}>`);
    [...subnets.private, ...subnets.public].forEach(({ id }, place) => {
      names.set(id, `<subnet ${index}.${place}>`);
    });
  });
  keys.forEach((key, index) => names.set(key, `<key ${index}>`));
  await nameCertificates(clients, names);
  const login = await readLogin(clients, names);
  const parts = {
    login,
    secrets: await readSecrets(clients, names),
    subnets: await readSubnets(clients),
    subscriptions: await readSubscriptions(clients),
    topics: await readTopics(clients),
    alarms: await readAlarms(clients),
    registry: await readRegistry(clients),
    cluster: account.cluster === undefined ? undefined : essence(account.cluster),
    installed: account.installed,
  };
  return {
    parts: JSON.parse(named(JSON.stringify(parts), names)) as Record<string, unknown>,
    records: await readRecords(clients, zoneId),
  };
}

/** Longer ids first: one may be the beginning of another. */
function named(text: string, names: ReadonlyMap<string, string>): string {
  return [...names]
    .sort(([one], [other]) => other.length - one.length)
    .reduce((all, [id, name]) => (id === '' ? all : all.replaceAll(id, name)), text)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

async function nameCertificates(clients: AwsClients, names: Map<string, string>): Promise<void> {
  for (const region of new Set([clients.region, 'us-east-1'])) {
    const acm = clients.get(ACMClient, region);
    const { CertificateSummaryList: list = [] } = await acm.send(new ListCertificatesCommand({}));
    for (const { CertificateArn: arn = '' } of list) {
      const { Certificate: one } = await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }));
      names.set(
        arn,
        `<certificate of ${[...(one?.SubjectAlternativeNames ?? [])].sort().join(' ')} in ${region}>`,
      );
    }
  }
}

async function readLogin(clients: AwsClients, names: Map<string, string>): Promise<unknown> {
  const cognito = clients.get(CognitoIdentityProviderClient);
  const { UserPools: pools = [] } = await cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  return Promise.all(
    pools.map(async ({ Id: UserPoolId = '' }) => {
      names.set(UserPoolId, '<pool>');
      const { UserPool: pool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
      const { CreationDate: _c, LastModifiedDate: _l, ...settings } = pool ?? {};
      const domain = pool?.CustomDomain ?? pool?.Domain;
      const { UserPoolClients: list = [] } = await cognito.send(
        new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 60 }),
      );
      const { Providers: providers = [] } = await cognito.send(
        new ListIdentityProvidersCommand({ UserPoolId, MaxResults: 60 }),
      );
      return {
        settings,
        domain:
          domain === undefined
            ? undefined
            : (await cognito.send(new DescribeUserPoolDomainCommand({ Domain: domain }))).DomainDescription
                ?.CustomDomainConfig,
        clients: await Promise.all(
          list.map(async ({ ClientId }) => {
            names.set(ClientId ?? '', '<client>');
            const { UserPoolClient: client } = await cognito.send(
              new DescribeUserPoolClientCommand({ UserPoolId, ClientId }),
            );
            const { ClientSecret: _s, CreationDate, LastModifiedDate, ...rest } = client ?? {};
            return { ...rest, dates: [CreationDate, LastModifiedDate].length };
          }),
        ),
        providers: await Promise.all(
          providers.map(async ({ ProviderName }) => {
            const { IdentityProvider: provider } = await cognito.send(
              new DescribeIdentityProviderCommand({ UserPoolId, ProviderName }),
            );
            const { CreationDate: _a, LastModifiedDate: _b, ...rest } = provider ?? {};
            return rest;
          }),
        ),
      };
    }),
  );
}

async function readSecrets(clients: AwsClients, names: Map<string, string>): Promise<unknown> {
  const manager = clients.get(SecretsManagerClient);
  const { SecretList: secrets = [] } = await manager.send(new ListSecretsCommand({}));
  return Promise.all(
    secrets.map(async ({ ARN, Name }) => {
      names.set(ARN ?? '', '<secret>');
      const { Tags = [] } = await manager.send(new DescribeSecretCommand({ SecretId: ARN }));
      return { Name, tags: Tags.map(({ Key, Value }) => `${Key ?? ''}=${Value ?? ''}`).sort() };
    }),
  );
}

async function readSubnets(clients: AwsClients): Promise<unknown> {
  const { Subnets: subnets = [] } = await clients.get(EC2Client).send(new DescribeSubnetsCommand({}));
  return subnets
    .map(({ SubnetId: id = '', CidrBlock = '', Tags = [] }) => [
      CidrBlock,
      id,
      ...Tags.map(({ Key, Value }) => `${Key ?? ''}=${Value ?? ''}`).sort(),
    ])
    .filter(([, , ...tags]) => tags.length > 0)
    .sort();
}

async function readSubscriptions(clients: AwsClients): Promise<unknown> {
  const { Subscriptions: all = [] } = await clients.get(SNSClient).send(new ListSubscriptionsCommand({}));
  return all.map(({ Endpoint, TopicArn }) => `${TopicArn ?? ''} ${Endpoint ?? ''}`).sort();
}

async function readTopics(clients: AwsClients): Promise<unknown> {
  const sns = clients.get(SNSClient);
  const { Topics: topics = [] } = await sns.send(new ListTopicsCommand({}));
  return Promise.all(
    topics.map(async ({ TopicArn: ResourceArn = '' }) => {
      const { Tags = [] } = await sns.send(new ListTagsForResourceCommand({ ResourceArn }));
      return [ResourceArn, ...Tags.map(({ Key, Value }) => `${Key ?? ''}=${Value ?? ''}`).sort()];
    }),
  );
}

async function readAlarms(clients: AwsClients): Promise<unknown> {
  const client = clients.get(CloudWatchClient);
  const { MetricAlarms: alarms = [] } = await client.send(new DescribeAlarmsCommand({}));
  return Promise.all(
    alarms.map(async ({ AlarmName, AlarmArn, Threshold, Metrics, AlarmActions }) => {
      const { Tags = [] } = await client.send(new ListAlarmTagsCommand({ ResourceARN: AlarmArn }));
      const tags = Tags.map(({ Key, Value }) => `${Key ?? ''}=${Value ?? ''}`).sort();
      return { AlarmName, Threshold, Metrics, AlarmActions, tags };
    }),
  );
}

/** What an execution writes about itself is left out. */
async function readRegistry(clients: AwsClients): Promise<unknown> {
  const { Items: items = [] } = await documentClient(clients).send(
    new ScanCommand({ TableName: stackNames.table }),
  );
  return items
    .filter(({ sk }) => !/^(?:lock|latest-run|run#)/.test(String(sk)))
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

async function readRecords(clients: AwsClients, zoneId: string): Promise<string[]> {
  const { ResourceRecordSets: all = [] } = await clients
    .get(Route53Client)
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
  return all
    .filter(({ Type }) => Type !== 'NS' && Type !== 'SOA')
    .map(({ Name, Type, TTL, ResourceRecords: values = [], AliasTarget: alias }) =>
      [Name, Type, TTL, ...values.map(({ Value }) => Value), alias?.DNSName]
        .filter((one) => one !== undefined)
        .join(' '),
    )
    .sort();
}
