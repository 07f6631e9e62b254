import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Observation } from '../../core/assumptions/observation';
import { takesLock } from '../../core/execution/had-lock';
import { workflowOf } from '../../core/naming';
import type { AwsClients } from './clients';
import { defined } from '../../core/defined';
import { documentClient, readItem, registryKey, writeRecord } from './registry';

/** How an execution's record ends. */
export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** Why an execution failed, and what to do about it. */
export interface RunFailure {
  /** The state that failed; `undefined` where the execution was stopped from outside between states. */
  state?: string;
  /** The error's name, as in `core/errors.ts`, or one of Step Functions. */
  error: string;
  /** What was found, expected, and to do; at most 4,000 characters. */
  cause: string;
  /** What to do next, with the command. */
  advice: string;
  /** ISO 8601; a redriven execution that fails again has another. */
  stoppedAt: string;
  /** ISO 8601; when everyone concerned had been told. */
  notifiedAt?: string;
}

/** The record of one execution of a workflow. */
export interface Run {
  executionArn: string;
  stateMachine: string;
  status: RunStatus;
  /** ISO 8601 of the last change of this record. */
  updatedAt: string;
  failure?: RunFailure;
  /** What its steps have seen of assumptions about AWS. */
  assumptions?: readonly Observation[];
  /** Seconds since 1970; DynamoDB then deletes the record. */
  expiresAt: number;
}

/**
 * The run that a deployment's name means: the last one that had the lock. One that was refused is never it, so it stands
 * neither in `status` nor for what `retry` goes on with.
 */
export interface LatestRun {
  executionArn: string;
  stateMachine: string;
  /** ISO 8601; when it first had the lock. */
  lockedAt: string;
  /** {@link GivenTags} of the deployment; missing in rows of older releases. */
  tags?: GivenTags;
}

/**
 * The tags that runs may have set since the last provisioning that came to its end, with every value that each had: what
 * is not configured any more is taken off by them, also where the run that set it has failed.
 */
export type GivenTags = Readonly<Record<string, readonly string[]>>;

/** The tags that were given before, and these. */
export function givenTags(before: GivenTags, tags: Readonly<Record<string, string>>): GivenTags {
  return Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(tags)])]
      .sort()
      .map((key) => [key, [...new Set([before[key] ?? [], tags[key] ?? []].flat())].sort()]),
  );
}

/** Reads which run had the lock last; `undefined` where none had it within 90 days. */
export async function readLatestRun(
  clients: AwsClients,
  table: string,
  deployment: string,
): Promise<LatestRun | undefined> {
  return (await readItem(clients, table, registryKey.latestRun(deployment))) as LatestRun | undefined;
}

/** Writes which run has the lock. */
export async function writeLatestRun(
  clients: AwsClients,
  table: string,
  deployment: string,
  run: LatestRun,
  now: Date,
): Promise<void> {
  await writeRecord(clients, table, registryKey.latestRun(deployment), run, now);
}

/** The name at the end of an execution's ARN. */
export function executionName(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}

export async function readRun(
  clients: AwsClients,
  table: string,
  deployment: string,
  executionArn: string,
): Promise<Run | undefined> {
  return (await readItem(clients, table, registryKey.run(deployment, executionName(executionArn)))) as
    Run | undefined;
}

/** Writes the record of a run whole. */
export async function writeRun(
  clients: AwsClients,
  table: string,
  deployment: string,
  run: Omit<Run, 'updatedAt' | 'expiresAt'>,
  now: Date,
): Promise<void> {
  const key = registryKey.run(deployment, executionName(run.executionArn));
  await writeRecord(clients, table, key, { ...run, updatedAt: now.toISOString() }, now);
}

/**
 * The run that stands for a deployment where no row says which one had the lock last, as in registries of an older release:
 * only one with the lock succeeds.
 */
export function lastSuccess(runs: readonly Run[]): Run | undefined {
  return runs
    .filter(({ status, executionArn }) => status === 'SUCCEEDED' && takesLock(workflowOf(executionArn)))
    .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0];
}

/** The runs of a deployment that the registry still keeps, the latest first. */
export async function listRuns(clients: AwsClients, table: string, deployment: string): Promise<Run[]> {
  const runs: Run[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documentClient(clients).send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :deployment AND begins_with(sk, :run)',
        ExpressionAttributeValues: { ':deployment': registryKey.lock(deployment).pk, ':run': 'run#' },
        ...defined({ ExclusiveStartKey: start }),
      }),
    );
    runs.push(...((page.Items ?? []) as unknown as Run[]));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return runs.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
}
