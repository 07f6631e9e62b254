import {
  CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { createClients, type AwsClients } from '../../../adapters/aws/clients';
import { onLivingPool } from '../../../adapters/aws/cognito-user-pool';
import { tagWaits } from '../../../adapters/aws/tag-visibility';
import { awsError, openGateway, type Gateway } from '../../../local/region/gateway/gateway';

describe('a call that a tag decides about', () => {
  let gateway: Gateway;
  let asked: string[];
  let denials: number;
  let poolIsThere: boolean;
  const opened: AwsClients[] = [];

  beforeEach(async () => {
    asked = [];
    denials = 0;
    poolIsThere = true;
    gateway = await openGateway({
      services: {
        '*': [
          ({ operation }, http) => {
            asked.push(operation);
            const refuse = (code: string) =>
              Promise.resolve(awsError(http, { status: 400, code, message: 'no' }));
            if (operation !== 'DescribeUserPool' && denials-- > 0) return refuse('AccessDeniedException');
            if (operation === 'DescribeUserPool' && !poolIsThere) return refuse('ResourceNotFoundException');
            const body = operation === 'DescribeUserPool' ? { UserPool: { Id: 'p_1' } } : {};
            return Promise.resolve({
              status: 200,
              headers: { 'content-type': 'application/x-amz-json-1.1' },
              body: JSON.stringify(body),
            });
          },
        ],
      },
    });
  });
  afterEach(async () => {
    for (const clients of opened.splice(0)) clients.destroy();
    await gateway.close();
  });

  const clientsWaiting = (waits?: readonly number[]): AwsClients => {
    const clients = createClients({
      region: 'eu-west-1',
      endpoint: gateway.endpoint,
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' },
      maxAttempts: 1,
      ...(waits !== undefined && { tagWaits: waits }),
    });
    opened.push(clients);
    return clients;
  };
  const readProvider = (clients: AwsClients) =>
    clients
      .get(CognitoIdentityProviderClient)
      .send(new DescribeIdentityProviderCommand({ UserPoolId: 'p_1', ProviderName: 'ADFS' }));

  test('is made again while the tag of what was made just now is not seen', async () => {
    denials = 2;
    await readProvider(clientsWaiting([1, 1, 1]));
    expect(asked).toHaveLength(3);
  });

  test('stays denied after the last attempt, and is told at once where nobody is to wait', async () => {
    denials = 9;
    await expect(readProvider(clientsWaiting([1, 1]))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(asked).toHaveLength(3);
    asked = [];
    await expect(readProvider(clientsWaiting())).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(asked).toHaveLength(1);
  });

  test('is told from one that no tag decides about, and from another failure', async () => {
    denials = 1;
    await expect(
      clientsWaiting([1])
        .get(DynamoDBClient)
        .send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(asked).toHaveLength(1);
    await gateway.close();
    await expect(clientsWaiting([1]).get(EC2Client).send(new DescribeVpcsCommand({}))).rejects.toThrow();
  });

  test('leaves a function three quarters of its time', () => {
    expect(tagWaits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(15_000);
  });

  test('on a pool that is gone says that it is gone, and on one that is there that it is denied', async () => {
    denials = 2;
    poolIsThere = false;
    const clients = clientsWaiting();
    await expect(onLivingPool(clients, 'p_1', () => readProvider(clients))).rejects.toMatchObject({
      name: 'UserPoolMissing',
    });
    poolIsThere = true;
    await expect(onLivingPool(clients, 'p_1', () => readProvider(clients))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
