import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { documentClient, readItem, registryKey } from './registry';

/** The resync of a deployment that has been requested and has not begun. */
export interface RequestedResync {
  executionArn: string;
  /** ISO 8601. It covers whatever is requested until then. */
  beginsAt: string;
}

/** Seconds that the item outlives its use, before DynamoDB deletes it. */
const lifetime = 24 * 60 * 60;

export async function readRequestedResync(
  clients: AwsClients,
  table: string,
  deployment: string,
): Promise<RequestedResync | undefined> {
  return (await readItem(clients, table, registryKey.requestedResync(deployment))) as
    RequestedResync | undefined;
}

/**
 * Writes which resync is to come, if nobody has written since it was read.
 *
 * @param expected what was read; `undefined` where there was none
 * @returns whether it was written
 */
export async function writeRequestedResync(
  clients: AwsClients,
  table: string,
  deployment: string,
  request: RequestedResync,
  expected: RequestedResync | undefined,
): Promise<boolean> {
  try {
    await documentClient(clients).send(
      new PutCommand({
        TableName: table,
        Item: {
          ...request,
          expiresAt: Math.floor(Date.parse(request.beginsAt) / 1000) + lifetime,
          ...registryKey.requestedResync(deployment),
        },
        ...(expected === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'executionArn = :execution AND beginsAt = :begins',
              ExpressionAttributeValues: {
                ':execution': expected.executionArn,
                ':begins': expected.beginsAt,
              },
            }),
      }),
    );
    return true;
  } catch (error) {
    if (isAwsError(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}
