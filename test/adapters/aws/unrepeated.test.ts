import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createClients, type AwsClients } from '../../../adapters/aws/clients';
import { translateAwsError } from '../../../adapters/aws/errors';
import { mustNotBeRepeated, unlessMadeBefore, unlessMadeMeanwhile } from '../../../adapters/aws/unrepeated';

let server: Server;
let clients: AwsClients;
let requests = 0;
/** What the first request meets; those after it are answered. */
let first: (response: ServerResponse) => void;
/** What the others meet instead. */
let then: ((response: ServerResponse) => void) | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests += 1;
      if (requests === 1) first(response);
      else if (then !== undefined) then(response);
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
  then = undefined;
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

test('what would be refused the second time is sent once, too', async () => {
  first = cut;
  const domain = { Domain: 'acme', UserPoolId: 'eu-central-1_AbCdEfGhI' };
  const error = await clients
    .get(CognitoIdentityProviderClient)
    .send(new CreateUserPoolDomainCommand(domain))
    .catch(translateAwsError);
  expect([requests, error]).toEqual([1, expect.objectContaining({ name: 'AwsTransient' })]);
});

test('a call that may take effect again is repeated in any case', async () => {
  first = cut;
  const pool = { UserPoolId: 'eu-central-1_AbCdEfGhI' };
  await clients.get(CognitoIdentityProviderClient).send(new UpdateUserPoolCommand(pool));
  expect(requests).toBe(2);
});

describe('in a build, what is there at the second attempt', () => {
  const exists = answers(409, 'EntityAlreadyExistsException');
  const create = (makesFirst: boolean) => {
    first = makesFirst ? cut : exists;
    then = exists;
    return unlessMadeBefore('EntityAlreadyExistsException', createPoolAnyTimes);
  };
  /** A call that the SDK repeats. */
  const createPoolAnyTimes = () =>
    clients
      .get(CognitoIdentityProviderClient)
      .send(new UpdateUserPoolCommand({ UserPoolId: 'eu-central-1_AbCdEfGhI' }));

  test('was made by the first, whose answer was lost', async () => {
    await create(true);
    expect(requests).toBe(2);
  });

  test("and not by an attempt of ours is somebody else's", async () => {
    await expect(create(false)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    expect(requests).toBe(1);
  });
});

test('what was looked for and has been made since is looked for again', async () => {
  first = answers(409, 'ResourceInUseException');
  const create = () => unlessMadeMeanwhile('ResourceInUseException', createPool);
  await expect(create()).rejects.toMatchObject({ name: 'AwsTransient', kind: 'transient' });
  requests = 0;
  first = answers(400, 'InvalidParameterException');
  await expect(create()).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

describe('what is gone at the second attempt of a removal', () => {
  const gone = answers(400, 'ResourceNotFoundException');
  const remove = async (meets: typeof first) => {
    first = meets;
    then = gone;
    const pool = { UserPoolId: 'eu-central-1_AbCdEfGhI', ClientId: '1234567890' };
    await clients.get(CognitoIdentityProviderClient).send(new DeleteUserPoolClientCommand(pool));
  };

  test('went with the first, whose answer was lost', async () => {
    await remove(cut);
    expect(requests).toBe(2);
  });

  test('is told where it was gone at the first', async () => {
    await expect(remove(gone)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('and what was not there for another call is told in any case', async () => {
    first = cut;
    then = gone;
    const pool = { UserPoolId: 'eu-central-1_AbCdEfGhI' };
    await expect(
      clients.get(CognitoIdentityProviderClient).send(new UpdateUserPoolCommand(pool)),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('of every call that makes something it is known what a repetition does', () => {
  const folder = join(__dirname, '../../../adapters/aws');
  const calls = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/new ((?:Create|Add)\w+)Command/g)].map(
      ([, call = '']) => call,
    ),
  );
  const once = calls.filter((operation) => mustNotBeRepeated({ service: '', operation }));
  const others = calls.filter((call) => !once.includes(call)).sort();
  expect([...new Set(once)].sort()).toEqual([
    'AddCustomAttributes',
    'CreateUserPool',
    'CreateUserPoolClient',
    'CreateUserPoolDomain',
  ]);
  expect(Object.fromEntries(others.map((call) => [call, repeated[call]]))).toEqual(
    Object.fromEntries(others.map((call) => [call, expect.any(String) as string])),
  );
});

/** What the second attempt of a call does, by the service's API reference. */
const repeated: Readonly<Record<string, string>> = {
  AddPermission: 'is refused, and looked for again after unlessMadeMeanwhile',
  AddRoleToInstanceProfile: 'is refused, and known by unlessMadeBefore',
  AddTagsToCertificate: 'sets the same tags',
  AddTagsToResource: 'sets the same tags',
  CreateBackupPlan: 'is known by its CreatorRequestId',
  CreateBackupSelection: 'is known by its CreatorRequestId',
  CreateBackupVault: 'is refused, and known by unlessMadeBefore',
  CreateAccessEntry: "is known by the SDK's clientRequestToken",
  CreateIdentityProvider: 'is refused, and looked for again after unlessMadeMeanwhile',
  CreateBucket: 'is refused, and known by unlessMadeBefore',
  CreateLogGroup: 'is refused, and known by unlessMadeBefore',
  CreateDBInstance: 'is refused, and known by unlessMadeBefore',
  CreateDBParameterGroup: 'is refused, and known by unlessMadeBefore',
  CreateDBSubnetGroup: 'is refused, and known by unlessMadeBefore',
  CreateFileSystem: 'is refused for its token, and known by unlessMadeBefore',
  CreateInstanceProfile: 'is refused, and known by unlessMadeBefore',
  CreateMountTarget: 'is refused, since a zone has one, and known by unlessMadeBefore',
  CreatePodIdentityAssociation: "is known by the SDK's clientRequestToken",
  CreatePolicy: 'is refused, and known by unlessMadeBefore',
  CreatePolicyVersion:
    'makes another version of the same text, of which the next change takes the older away',
  CreateRole: 'is refused, and known by unlessMadeBefore',
  CreateServiceLinkedRole: 'is refused, and whoever made it: it is the one of the account',
  CreateSecret: "is known by the SDK's ClientRequestToken",
  CreateSecurityGroup: 'is refused for its name, and known by unlessMadeBefore',
  CreateTags: 'sets the same tags',
  CreateQueue: 'answered with the queue of the name that has the same attributes',
  CreateTopic: 'answers with the topic of the name',
};
