import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
} from '@aws-sdk/lib-dynamodb';
import type { AwsClients } from './clients';
import type { ArtifactIdentity } from '../../core/handover/artifact-identity';
import type { ClusterAddress } from '../../core/handover/cluster';
import type { StoredRegistration } from '../../core/handover/registration';

/**
 * The table `kubeflow-eks-registry`. Partition key `pk` and sort key `sk`, both strings:
 *
 * | pk                  | sk             | item                     |
 * |---------------------|----------------|--------------------------|
 * | `deployment#<name>` | `lock`         | see `registry-lock.ts`   |
 * | `deployment#<name>` | `registration` | `core/handover/registration.ts` |
 * | `deployment#<name>` | `run#<name>`   | see `registry-runs.ts`   |
 * | `deployment#<name>` | `latest-run`   | {@link import('./registry-runs').LatestRun} |
 * | `deployment#<name>` | `resync`       | what the last resync found |
 * | `deployment#<name>` | `access`       | counts of the last pass over all users |
 * | `deployment#<name>` | `requested-resync` | see `registry-resyncs.ts` |
 * | `deployment#<name>` | `drift`        | see `registry-drift.ts`  |
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
  latestRun: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'latest-run' }),
  access: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'access' }),
  resync: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'resync' }),
  requestedResync: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'requested-resync' }),
  drift: (deployment: string) => ({ pk: `deployment#${deployment}`, sk: 'drift' }),
  pool: (userPoolId: string) => ({ pk: `pool#${userPoolId}`, sk: 'registration' }),
} as const;

/** Key of an item. */
export interface RegistryKey {
  pk: string;
  sk: string;
}

/** A cluster, as much as it takes to talk to it from any region. */
export interface RegisteredCluster extends ClusterAddress {
  region: string;
}

/** What the profile manager reads when it starts cold: where the cluster of a pool is, and the rules of access. */
export interface PoolRegistration<Rules = unknown> {
  deployment: string;
  cluster: RegisteredCluster;
  rules: Rules;
  /** Only where artifacts are in S3. */
  artifacts?: ArtifactIdentity;
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

/** The registration of a deployment as it is stored: `parseRegistration` reads it. `undefined` where there is none. */
export async function readRegistration(
  clients: AwsClients,
  table: string,
  deployment: string,
): Promise<StoredRegistration | undefined> {
  const row = await readItem(clients, table, registryKey.registration(deployment));
  return row && { name: deployment, row };
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
 * All registrations as they are stored, by name. Scans the table, which holds a handful of deployments and their recent
 * runs.
 */
export async function listRegistrations(clients: AwsClients, table: string): Promise<StoredRegistration[]> {
  const found: StoredRegistration[] = [];
  const pages = paginateScan(
    { client: documentClient(clients) },
    {
      TableName: table,
      ConsistentRead: true,
      FilterExpression: 'sk = :registration AND begins_with(pk, :deployment)',
      ExpressionAttributeValues: { ':registration': 'registration', ':deployment': 'deployment#' },
    },
  );
  for await (const { Items: items = [] } of pages) {
    for (const { pk, sk: _sk, ...row } of items) {
      found.push({ name: String(pk).slice('deployment#'.length), row });
    }
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}
