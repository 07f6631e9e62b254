import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { AwsClients } from './clients';
import { defined } from '../../core/defined';
import { documentClient } from './registry';
import type { RecordedDrift } from './registry-drift';
import type { Lock } from './registry-lock';
import { lastSuccess, type LatestRun, type Run } from './registry-runs';

/** A deployment as the registry knows it. */
export interface KnownDeployment {
  name: string;
  /** Whether its provisioning has ever come to its end, and nobody has destroyed it since. */
  registered: boolean;
  /** The run that the name means: the last that had the lock; none where that is more than 90 days ago. */
  latest?: Run;
  /** What the last re-sync found; none where it is more than 90 days ago. */
  resync?: RecordedResync;
  /** What the looks for drift know; none where the last is more than 90 days ago. */
  drift?: RecordedDrift;
}

/** The result of a re-sync, as `tasks/resync/record-resync.ts` keeps it. */
export interface RecordedResync {
  executionArn: string;
  status: 'succeeded' | 'failed';
  /** What failed; empty where nothing did. */
  reason: string;
  warnings: string[];
  /** ISO 8601. */
  recordedAt: string;
}

/** What the table has of one deployment. */
interface Rows {
  registered: boolean;
  latest?: LatestRun;
  lock?: Lock;
  resync?: RecordedResync;
  drift?: RecordedDrift;
  runs: Run[];
}

/**
 * Every deployment with a registration or a run that had the lock, by name: a start that was refused leaves none. Reads
 * the table once.
 */
export async function listKnownDeployments(clients: AwsClients, table: string): Promise<KnownDeployment[]> {
  const found = new Map<string, Rows>();
  const pages = paginateScan(
    { client: documentClient(clients) },
    {
      TableName: table,
      ConsistentRead: true,
      FilterExpression:
        'begins_with(pk, :deployment) AND (sk IN (:registration, :latest, :lock, :resync, :drift) OR begins_with(sk, :run))',
      ExpressionAttributeValues: {
        ':deployment': 'deployment#',
        ':registration': 'registration',
        ':latest': 'latest-run',
        ':lock': 'lock',
        ':resync': 'resync',
        ':drift': 'drift',
        ':run': 'run#',
      },
    },
  );
  for await (const { Items: items = [] } of pages) {
    for (const { pk, sk, ...item } of items) {
      const name = String(pk).slice('deployment#'.length);
      const rows = found.get(name) ?? { registered: false, runs: [] };
      found.set(name, rows);
      if (sk === 'registration') rows.registered = true;
      else if (sk === 'latest-run') rows.latest = item as unknown as LatestRun;
      else if (sk === 'lock') rows.lock = item as unknown as Lock;
      else if (sk === 'resync') rows.resync = item as unknown as RecordedResync;
      else if (sk === 'drift') rows.drift = item as unknown as RecordedDrift;
      else rows.runs.push(item as unknown as Run);
    }
  }
  return [...found]
    .map(([name, { registered, ...rows }]) => ({
      name,
      registered,
      ...defined({ latest: latestRun(rows), resync: rows.resync, drift: rows.drift }),
    }))
    .filter(({ registered, latest }) => registered || latest !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** As `cli/find-execution.ts` finds it by a name: the lock has a holder in the registry of an older release, too. */
function latestRun({ lock, latest, runs }: Pick<Rows, 'lock' | 'latest' | 'runs'>): Run | undefined {
  const meant = lock?.executionArn ?? latest?.executionArn;
  return meant === undefined ? lastSuccess(runs) : runs.find(({ executionArn }) => executionArn === meant);
}
