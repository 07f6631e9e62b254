import { named, onEach, type Asked, type Need, type Needs } from '../needs';
import { text } from '../parameters';

type AttributeValue = Readonly<Record<string, unknown>>;
type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** Part of a transaction → the permission that it needs. */
const parts: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/**
 * DynamoDB: the table, the index where one is read, and `dynamodb:LeadingKeys`, the partition keys that a request
 * names (a Scan names none). A transaction needs the permission of each of its parts.
 */
export const dynamodbNeeds: Needs = (call) => {
  const { operation, parameters } = call;
  const tableOf = (request: Readonly<Record<string, unknown>>): string | undefined =>
    named(text(request, 'TableName'), (name) => call.arn(`table/${name}`));

  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    const items = (parameters['TransactItems'] ?? []) as Readonly<Record<string, Record<string, unknown>>>[];
    return items.flatMap((item) =>
      Object.entries(item).map(([kind, request]): Need => ({
        action: `dynamodb:${parts[kind] ?? kind}`,
        resource: tableOf(request),
        keys: leadingKeys(keysOf(request, call.partitionKey)),
      })),
    );
  }
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    const tables = (parameters['RequestItems'] ?? {}) as Readonly<Record<string, unknown>>;
    return Object.entries(tables).map(([table, requests]) => ({
      action: call.action,
      resource: tableOf({ TableName: table }),
      keys: leadingKeys(batchKeys(requests, call.partitionKey)),
    }));
  }
  const table = tableOf(parameters);
  const index = text(parameters, 'IndexName');
  const keys = leadingKeys(keysOf(parameters, call.partitionKey));
  return onEach(call, [index === undefined ? table : `${table ?? ''}/index/${index}`]).map((need) => ({
    ...need,
    keys,
  }));
};

const leadingKeys = (keys: readonly string[]): NonNullable<Need['keys']> => ({
  'dynamodb:leadingkeys': keys,
});

function keysOf(request: Readonly<Record<string, unknown>>, partitionKey: string): string[] {
  const item = (request['Key'] ?? request['Item']) as Attributes | undefined;
  if (item !== undefined) return valueOf(item[partitionKey]);
  return [...valueOf(queried(request, partitionKey))];
}

/** A query's key condition names the partition key by its own name or by a placeholder. */
function queried(
  request: Readonly<Record<string, unknown>>,
  partitionKey: Asked['partitionKey'],
): AttributeValue | undefined {
  const expression = text(request, 'KeyConditionExpression');
  if (expression === undefined) return undefined;
  const names = (request['ExpressionAttributeNames'] ?? {}) as Readonly<Record<string, string>>;
  const values = (request['ExpressionAttributeValues'] ?? {}) as Attributes;
  for (const [, name = '', value = ''] of expression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)) {
    if ((names[name] ?? name) === partitionKey) return values[value];
  }
  return undefined;
}

function batchKeys(requests: unknown, partitionKey: string): string[] {
  if (!Array.isArray(requests)) {
    const { Keys: keys = [] } = requests as { Keys?: Attributes[] };
    return keys.flatMap((key) => valueOf(key[partitionKey]));
  }
  return (requests as { PutRequest?: object; DeleteRequest?: object }[]).flatMap(
    ({ PutRequest, DeleteRequest }) => keysOf({ ...PutRequest, ...DeleteRequest }, partitionKey),
  );
}

/** A key is a string, a number or bytes, each in an object that says which. */
function valueOf(value: AttributeValue | undefined): string[] {
  return Object.values(value ?? {}).map(String);
}
