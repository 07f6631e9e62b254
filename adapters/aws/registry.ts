import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import type { AwsClients } from './clients';
import { defined } from '../../core/defined';

/**
 * The table `kubeflow-eks-registry`. Partition key `pk` and sort key `sk`, both strings:
 *
 * | pk                  | sk             | item                     |
 * |---------------------|----------------|--------------------------|
 * | `deployment#<name>` | `lock`         | see `registry-lock.ts`   |
 * | `deployment#<name>` | `registration` | {@link Registration}     |
 * | `deployment#<name>` | `run#<name>`   | see `registry-runs.ts`   |
 * | `deployment#<name>` | `resync`       | what the last resync found |
 * | `deployment#<name>` | `access`       | counts of the last pass over all users |
 * | `deployment#<name>` | `requested-resync` | see `registry-resyncs.ts` |
 * | `pool#<pool id>`    | `registration` | {@link PoolRegistration} |
 *
 * The items carry no secrets; the client secret is in Secrets Manager under `identity.secretArn`.
 */
export const registryKey = {
  lock: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'lock' }),
  registration: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'registration' }),
  run: (deployment: string, execution: string) => ({
    pk: `deployment#${deployment}`,
    sk: `run#${execution}`,
  }),
  access: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'access' }),
  resync: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'resync' }),
  requestedResync: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'requested-resync' }),
  pool: (userPoolId: string) => ({ pk: `pool#${userPoolId}`, sk: 'registration' }),
} as const;

/** Key of an item. */
export interface RegistryKey {
  pk: string;
  sk: string;
}

/** A cluster, as much as it takes to talk to it. */
export interface RegisteredCluster {
  name: string;
  endpoint: string;
  /** Base64 of the PEM, as EKS gives it. */
  certificateAuthority: string;
  region: string;
}

/** What the profile manager reads when it starts cold: where the cluster of a pool is, and the rules of access. */
export interface PoolRegistration<Rules = unknown> {
  deployment: string;
  cluster: RegisteredCluster;
  rules: Rules;
}

/** Everything about a deployment that resync and destroy work from. Plain JSON below each key. */
export interface Registration {
  deployment: { name: string; region: string; accountId: string; tags: Record<string, string> };
  /** The normalised configuration, without the text of inline metadata. */
  configuration: Record<string, unknown>;
  found: Record<string, unknown>;
  cluster: Record<string, unknown>;
  identity: Record<string, unknown>;
  ingress: Record<string, unknown>;
}

/** The registry's client of DynamoDB; one for each set of clients. */
export function documentClient(clients: AwsClients): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(clients.get(DynamoDBClient), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** Reads one item without its keys, strongly consistent; `undefined` where there is none. */
export async function readItem(
  clients: AwsClients,
  table: string,
  key: RegistryKey,
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await documentClient(clients).send(
    new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const { pk: _pk, sk: _sk, ...item } = Item;
  return item;
}

/** Writes one item whole. */
export async function writeItem(
  clients: AwsClients,
  table: string,
  key: RegistryKey,
  item: object,
): Promise<void> {
  await documentClient(clients).send(new PutCommand({ TableName: table, Item: { ...item, ...key } }));
}

/** As long as Step Functions keeps the history of a closed execution: 90 days, in seconds. */
const recordLifetime = 90 * 24 * 60 * 60;

/**
 * Writes what is known of something that is over, whole. DynamoDB deletes it after 90 days, or of a deployment that is
 * gone it would stay for ever.
 */
export async function writeRecord(
  clients: AwsClients,
  table: string,
  key: RegistryKey,
  item: object,
  now: Date,
): Promise<void> {
  const expiresAt = Math.floor(now.getTime() / 1000) + recordLifetime;
  await writeItem(clients, table, key, { ...item, expiresAt });
}

/** Deletes one item; no error where there is none. */
export async function deleteItem(clients: AwsClients, table: string, key: RegistryKey): Promise<void> {
  await documentClient(clients).send(new DeleteCommand({ TableName: table, Key: key }));
}

export async function readRegistration(
  clients: AwsClients,
  table: string,
  deployment: string,
): Promise<Registration | undefined> {
  return (await readItem(clients, table, registryKey.registration(deployment))) as Registration | undefined;
}

export async function readPoolRegistration<Rules = unknown>(
  clients: AwsClients,
  table: string,
  userPoolId: string,
): Promise<PoolRegistration<Rules> | undefined> {
  return (await readItem(clients, table, registryKey.pool(userPoolId))) as
    PoolRegistration<Rules> | undefined;
}

/**
 * All registered deployments, by name. Scans the table, which holds a handful of deployments and their recent runs.
 */
export async function listRegistrations(clients: AwsClients, table: string): Promise<Registration[]> {
  const found: Registration[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documentClient(clients).send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        FilterExpression: 'sk = :registration AND begins_with(pk, :deployment)',
        ExpressionAttributeValues: { ':registration': 'registration', ':deployment': 'deployment#' },
        ...defined({ ExclusiveStartKey: start }),
      }),
    );
    for (const { pk: _pk, sk: _sk, ...item } of page.Items ?? []) found.push(item as unknown as Registration);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found.sort((a, b) => a.deployment.name.localeCompare(b.deployment.name));
}
