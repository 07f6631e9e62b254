import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConflictError } from '../../core/errors';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { documentClient, readItem, registryKey } from './registry';

/** Who works on a deployment. */
export interface Lock {
  executionArn: string;
  /** Name of the state machine, for people. */
  stateMachine: string;
  /** ISO 8601. */
  acquiredAt: string;
}

export async function readLock(
  clients: AwsClients,
  table: string,
  deployment: string,
): Promise<Lock | undefined> {
  return (await readItem(clients, table, registryKey.lock(deployment))) as Lock | undefined;
}

/**
 * Checks that an execution holds the lock.
 *
 * @throws ConflictError `LockLost`
 */
export async function requireLock(
  clients: AwsClients,
  table: string,
  deployment: string,
  executionArn: string,
): Promise<void> {
  const lock = await readLock(clients, table, deployment);
  if (lock?.executionArn === executionArn) return;
  const found =
    lock === undefined
      ? 'nobody has it: another execution took it while this one was stopped, and has ended'
      : `${lock.executionArn} (${lock.stateMachine}) has had it since ${lock.acquiredAt}`;
  throw new ConflictError(
    'LockLost',
    `the lock of the deployment ${deployment} is not this execution's: ${found}. What this execution found out is out ` +
      'of date. Nothing was changed. Do not retry it; when nobody works on the deployment, start a new execution, ' +
      'which keeps what is there.',
  );
}

/**
 * Writes the lock if it is still as it was read.
 *
 * @param expected the lock that was read; `undefined` where there was none
 * @returns whether it was written; `false` when another execution was quicker
 */
export async function writeLock(
  clients: AwsClients,
  table: string,
  deployment: string,
  lock: Lock,
  expected: Lock | undefined,
): Promise<boolean> {
  return held(
    documentClient(clients).send(
      new PutCommand({
        TableName: table,
        Item: { ...lock, ...registryKey.lock(deployment) },
        ...(expected === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'executionArn = :holder AND acquiredAt = :since',
              ExpressionAttributeValues: { ':holder': expected.executionArn, ':since': expected.acquiredAt },
            }),
      }),
    ),
  );
}

/**
 * Deletes the lock if this execution holds it.
 *
 * @returns whether it was deleted
 */
export async function deleteLock(
  clients: AwsClients,
  table: string,
  deployment: string,
  executionArn: string,
): Promise<boolean> {
  return held(
    documentClient(clients).send(
      new DeleteCommand({
        TableName: table,
        Key: registryKey.lock(deployment),
        ConditionExpression: 'executionArn = :holder',
        ExpressionAttributeValues: { ':holder': executionArn },
      }),
    ),
  );
}

async function held(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (isAwsError(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}
