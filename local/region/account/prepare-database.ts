import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
} from '@aws-sdk/client-rds';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { randomBytes } from 'node:crypto';
import { parseEndpoint, type ExistingDatabase } from '../../../core/configuration/database';
import { waitFor } from '../../processes/wait-for';
import type { RegionClients } from './clients';
import { prepareGroup } from './prepare-group';

type Clients = Pick<RegionClients, 'ec2' | 'rds' | 'secrets'>;

/**
 * The database that stands for a configured one, in these subnets and open to their VPC, and its user's secret; found again by
 * their names. It answers RDS' questions; nothing listens at its endpoint.
 *
 * @returns its endpoint and the secret's ARN, of which moto chooses the random parts
 */
export async function prepareDatabase(
  clients: Clients,
  { host, port, secret_arn: arn }: ExistingDatabase,
  network: { vpcId: string; subnets: readonly string[] },
): Promise<{ host: string; secretArn: string }> {
  const { identifier, isCluster } = parseEndpoint(host);
  const common = {
    MasterUsername: 'kubeflow',
    MasterUserPassword: randomBytes(20).toString('hex'),
    Port: port,
    StorageEncrypted: true,
    BackupRetentionPeriod: 7,
    DeletionProtection: true,
  };
  const place = async () => {
    const DBSubnetGroupName = identifier;
    await unlessThere('DBSubnetGroupAlreadyExists', async () =>
      clients.rds.send(
        new CreateDBSubnetGroupCommand({
          DBSubnetGroupName,
          DBSubnetGroupDescription: 'prepared by the local region',
          SubnetIds: [...network.subnets],
        }),
      ),
    );
    return {
      DBSubnetGroupName,
      VpcSecurityGroupIds: [await prepareGroup(clients, `database-${identifier}`, port, network.vpcId)],
    };
  };
  const endpoint = isCluster
    ? await clusterEndpoint(clients, identifier)
    : await instanceEndpoint(clients, identifier);
  if (endpoint === undefined && isCluster)
    await clients.rds.send(
      new CreateDBClusterCommand({
        ...{ ...common, ...(await place()), DBClusterIdentifier: identifier },
        ...{ Engine: 'aurora-mysql', EngineVersion: '8.0.mysql_aurora.3.10.0' },
      }),
    );
  else if (endpoint === undefined)
    await clients.rds.send(
      new CreateDBInstanceCommand({
        ...{ ...common, ...(await place()), DBInstanceIdentifier: identifier },
        ...{
          Engine: 'mysql',
          EngineVersion: '8.4.7',
          DBInstanceClass: 'db.m7g.large',
          AllocatedStorage: 100,
        },
      }),
    );
  const made = isCluster ? clusterEndpoint : instanceEndpoint;
  return {
    host:
      endpoint ??
      (await waitFor(async () => made(clients, identifier), {
        ...{ what: `the database ${identifier} to be available`, timeoutMs: 60_000, intervalMs: 100 },
      })),
    secretArn: await prepareSecret(clients, arn),
  };
}

async function instanceEndpoint({ rds }: Clients, identifier: string): Promise<string | undefined> {
  const { DBInstances: all = [] } = await rds.send(new DescribeDBInstancesCommand({}));
  return all.find(({ DBInstanceIdentifier: id }) => id === identifier)?.Endpoint?.Address;
}

async function clusterEndpoint({ rds }: Clients, identifier: string): Promise<string | undefined> {
  const { DBClusters: all = [] } = await rds.send(new DescribeDBClustersCommand({}));
  return all.find(({ DBClusterIdentifier: id }) => id === identifier)?.Endpoint;
}

async function prepareSecret({ secrets }: Clients, arn: string): Promise<string> {
  // Secrets Manager user guide, "Secret ARN": a hyphen and six characters end it.
  const Name = arn.slice(arn.indexOf(':secret:') + ':secret:'.length).replace(/-[A-Za-z0-9]{6}$/, '');
  await unlessThere('ResourceExistsException', async () =>
    secrets.send(
      new CreateSecretCommand({
        Name,
        SecretString: JSON.stringify({ username: 'kubeflow', password: randomBytes(20).toString('hex') }),
      }),
    ),
  );
  const { ARN = '' } = await secrets.send(new DescribeSecretCommand({ SecretId: Name }));
  return ARN;
}

/** Runs a creation; that it is there already is no error. */
async function unlessThere(exists: string, create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof Error && error.name.startsWith(exists))) throw error;
  }
}
