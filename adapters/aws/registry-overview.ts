import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { AwsClients } from './clients';
import { documentClient } from './registry';
import type { Run } from './registry-runs';

/** A deployment as the registry knows it. */
export interface KnownDeployment {
  name: string;
  /** Whether its provisioning has ever come to its end, and nobody has destroyed it since. */
  registered: boolean;
  /** The run that changed last; none where the last is more than 90 days ago. */
  latest?: Run;
}

/** Every deployment with a registration or a recent run, by name. Reads the table once. */
export async function listKnownDeployments(clients: AwsClients, table: string): Promise<KnownDeployment[]> {
  const found = new Map<string, KnownDeployment>();
  const pages = paginateScan(
    { client: documentClient(clients) },
    {
      TableName: table,
      ConsistentRead: true,
      FilterExpression: 'begins_with(pk, :deployment) AND (sk = :registration OR begins_with(sk, :run))',
      ExpressionAttributeValues: {
        ':deployment': 'deployment#',
        ':registration': 'registration',
        ':run': 'run#',
      },
    },
  );
  for await (const { Items: items = [] } of pages) {
    for (const { pk, sk, ...item } of items) {
      const name = String(pk).slice('deployment#'.length);
      const known = found.get(name) ?? { name, registered: false };
      found.set(
        name,
        sk === 'registration' ? { ...known, registered: true } : later(known, item as unknown as Run),
      );
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function later(known: KnownDeployment, run: Run): KnownDeployment {
  const isLater = known.latest === undefined || run.updatedAt > known.latest.updatedAt;
  return isLater ? { ...known, latest: run } : known;
}
