import type { AwsClients } from './clients';
import { readItem, registryKey, writeRecord } from './registry';

/** What the looks for drift know of a deployment; gone 90 days after the last of them. */
export interface RecordedDrift {
  /** The plan that the last look started. */
  executionArn: string;
  /** When that plan began, ISO 8601. */
  startedAt: string;
  /** When the deployment was last compared, ISO 8601; not there where no look has come to a plan yet. */
  comparedAt?: string;
  /** How much differed then. */
  changes: number;
  /** Since when something has differed without a look between that found nothing, ISO 8601. */
  since?: string;
  /** Of the differences that people were told of; empty where nothing differed. */
  digest: string;
  /** How many looks in a row have come to no plan. */
  failures: number;
  /** The error of the last of them. */
  reason?: string;
}

/** Reads what is known; `undefined` where there was no look within 90 days. */
export async function readDrift(
  clients: AwsClients,
  table: string,
  deployment: string,
): Promise<RecordedDrift | undefined> {
  return (await readItem(clients, table, registryKey.drift(deployment))) as RecordedDrift | undefined;
}

/** Writes what a look has found, whole. */
export async function writeDrift(
  clients: AwsClients,
  table: string,
  deployment: string,
  drift: RecordedDrift,
  now: Date,
): Promise<void> {
  await writeRecord(clients, table, registryKey.drift(deployment), drift, now);
}
