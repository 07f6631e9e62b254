import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClients, type AwsClients } from '../../../adapters/aws/clients';
import { translateAwsError } from '../../../adapters/aws/errors';

let server: Server;
let clients: AwsClients;
let requests = 0;
/** What the first request meets; those after it are answered. */
let first: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests += 1;
      if (requests === 1) first(response);
      else response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  clients = createClients({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
});
afterAll(() => {
  clients.destroy();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = 0;
});

const cut = (response: ServerResponse): void => void response.destroy();
const answers = (status: number, type: string) => (response: ServerResponse) =>
  void response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type })
    .end(JSON.stringify({ __type: type, message: 'no' }));

const createPool = () =>
  clients.get(CognitoIdentityProviderClient).send(new CreateUserPoolCommand({ PoolName: 'acme' }));

test.each([
  ['the connection is cut', cut],
  ['the service fails', answers(500, 'InternalErrorException')],
])(
  'what makes another thing each time is not repeated when %s: the step is, and looks first',
  async (_what, fault) => {
    first = fault;
    const error = await createPool().then(
      () => undefined,
      (thrown: unknown) => translateAwsError(thrown),
    );
    expect(requests).toBe(1);
    expect(error).toMatchObject({ name: 'AwsTransient' });
    expect(error?.message).toMatch(/^CognitoIdentityProvider CreateUserPool answered /);
  },
);

test('it is repeated when it was throttled, which had no effect', async () => {
  first = answers(400, 'TooManyRequestsException');
  await createPool();
  expect(requests).toBe(2);
});

test('a call whose name is unique is repeated in any case', async () => {
  first = cut;
  await clients
    .get(CognitoIdentityProviderClient)
    .send(new CreateUserPoolDomainCommand({ Domain: 'acme', UserPoolId: 'eu-central-1_AbCdEfGhI' }));
  expect(requests).toBe(2);
});
