import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { createClients } from '../../../adapters/aws/clients';
import { AwsServiceError, isAwsError, translateAwsError } from '../../../adapters/aws/errors';
import { isMutating } from '../../../adapters/aws/operations';
import { NotReadyError } from '../../../core/errors';
import { freePort } from '../../../local/processes/free-port';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

/** What the SDK really throws at an answer of the service. */
async function sdkError(status: number, code: string): Promise<unknown> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
    response.end(JSON.stringify({ message: 'because' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await caught(endpoint);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function caught(endpoint: string): Promise<unknown> {
  const clients = createClients({ region: 'eu-central-1', endpoint, credentials, maxAttempts: 1 });
  try {
    await clients.get(EKSClient).send(new DescribeClusterCommand({ name: 'acme' }));
  } catch (error) {
    return error;
  } finally {
    clients.destroy();
  }
  throw new Error('the call succeeded');
}

describe('an error of an AWS service', () => {
  test.each([
    [400, 'ThrottlingException', 'AwsTransient'],
    [429, 'TooManyRequestsException', 'AwsTransient'],
    [400, 'RequestLimitExceeded', 'AwsTransient'],
    [500, 'ServerException', 'AwsTransient'],
    [503, 'SomethingUnheardOf', 'AwsTransient'],
    [403, 'AccessDeniedException', 'AccessDenied'],
    [403, 'ExpiredTokenException', 'AccessDenied'],
    [400, 'ResourceLimitExceededException', 'QuotaExceeded'],
    [400, 'ServiceQuotaExceededException', 'QuotaExceeded'],
    [400, 'InvalidParameterException', 'EKS.InvalidParameterException'],
    [404, 'ResourceNotFoundException', 'EKS.ResourceNotFoundException'],
  ])('%i %s is %s to a workflow, and its call and message are kept', async (status, code, name) => {
    const error = await sdkError(status, code);
    expect(isAwsError(error, code)).toBe(true);

    const translated = translateAwsError(error);
    expect(translated.name).toBe(name);
    expect(translated.message).toContain(`EKS DescribeCluster answered ${code}: because`);
    expect(translated.cause).toBe(error);
  });

  test('a service that cannot be reached is transient', async () => {
    const error = translateAwsError(await caught(`http://127.0.0.1:${await freePort()}`));
    expect(error).toMatchObject({
      name: 'AwsTransient',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  test('is translated once, and errors of ours and others pass', () => {
    const ours = new NotReadyError('ClusterNotActive', 'not yet');
    const translated = new AwsServiceError('EKS.X', 'x');
    const defect = new TypeError('x is undefined');
    for (const error of [ours, translated, defect]) expect(translateAwsError(error)).toBe(error);
    expect(translateAwsError('text')).toBeInstanceOf(Error);
  });
});

describe('the clients', () => {
  test('are made once for each class and region', () => {
    const clients = createClients({ region: 'eu-central-1', credentials });
    expect(clients.get(EKSClient)).toBe(clients.get(EKSClient));
    expect(clients.get(EKSClient, 'us-east-1')).not.toBe(clients.get(EKSClient));
    clients.destroy();
  });

  test('go where they are told: region override and AWS_ENDPOINT_URL', async () => {
    const clients = createClients({ region: 'eu-central-1', credentials });
    expect(await clients.get(EKSClient, 'us-east-1').config.region()).toBe('us-east-1');
    clients.destroy();
    const hosts: unknown[] = [];
    const server = createServer((request, response) => {
      hosts.push(request.headers.host);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"cluster":{}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env['AWS_ENDPOINT_URL'] = `http://${host}`;
    try {
      const local = createClients({ region: 'eu-central-1', credentials });
      await local.get(EKSClient).send(new DescribeClusterCommand({ name: 'acme' }));
      local.destroy();
    } finally {
      delete process.env['AWS_ENDPOINT_URL'];
      server.close();
      server.closeAllConnections();
    }
    expect(hosts).toEqual([host]);
  });

  test('can be stopped before a call is sent', async () => {
    const clients = createClients({
      region: 'eu-central-1',
      credentials,
      endpoint: `http://127.0.0.1:${await freePort()}`,
      onCall: ({ operation }) => {
        throw new Error(`${operation} is not allowed`);
      },
    });
    await expect(clients.get(EKSClient).send(new DescribeClusterCommand({ name: 'acme' }))).rejects.toThrow(
      'DescribeCluster is not allowed',
    );
    clients.destroy();
  });
});

test.each([
  ['DescribeCluster', false],
  ['ListHostedZones', false],
  ['GetItem', false],
  ['Query', false],
  ['AdminGetUser', false],
  ['AssumeRole', false],
  ['CreateTags', true],
  ['PutItem', true],
  ['ChangeResourceRecordSets', true],
  ['PublishSomethingNew', true],
])('%s changes something: %s', (operation, mutating) => {
  expect(isMutating(operation)).toBe(mutating);
});
