import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AwsClients } from '../../adapters/aws/clients';
import { stackNames } from '../../core/naming';

/** The variables of a function that uses the registry. */
export const registryEnvironment = { REGISTRY_TABLE: stackNames.table };

/** Makes the registry's table as the stack does. */
export async function makeRegistry(clients: AwsClients): Promise<void> {
  await clients.get(DynamoDBClient).send(
    new CreateTableCommand({
      TableName: stackNames.table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
}
