import { STSClient, AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { CredentialStore } from '../../../local/sts/credentials';
import { serveSts, type StsServer } from '../../../local/sts/server';
import { createSts } from '../../../local/sts/sts';

const testRole = 'arn:aws:iam::111122223333:role/kubeflow/profile-manager';
const user = {
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'a secret',
  arn: 'arn:aws:iam::111122223333:user/deployer',
  accountId: '111122223333',
  userId: 'AIDAEXAMPLE',
};
let clock = new Date();
let server: StsServer;
const store = new CredentialStore([user], () => clock);

beforeAll(async () => {
  const mayAssume = (caller: { arn: string }, role: string): boolean =>
    caller.arn === user.arn && role === testRole;
  server = await serveSts(createSts({ credentials: store, now: () => clock, mayAssume }));
});
beforeEach(() => {
  clock = new Date();
});
afterAll(async () => {
  await server.close();
});

const client = (credentials: {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}): STSClient => new STSClient({ region: 'eu-central-1', endpoint: server.url, credentials, maxAttempts: 1 });

test('tells the AWS SDK who it is', async () => {
  const identity = await client(user).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Arn: user.arn, Account: user.accountId, UserId: user.userId });
});

test('credentials of an assumed role are the session, without the path of the role', async () => {
  const { Credentials } = await client(user).send(
    new AssumeRoleCommand({ RoleArn: testRole, RoleSessionName: 'session-1' }),
  );
  const assumed = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const { Arn, UserId } = await client(assumed).send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe('arn:aws:sts::111122223333:assumed-role/profile-manager/session-1');
  expect(UserId).toMatch(/^AROA[0-9A-F]{17}:session-1$/);
});

test.each([
  ['a wrong secret', () => ({ ...user, secretAccessKey: 'another' }), 'SignatureDoesNotMatch'],
  ['an unknown access key', () => ({ ...user, accessKeyId: 'AKIAOTHER' }), 'InvalidClientTokenId'],
  [
    'temporary credentials without their token',
    () => {
      const { accessKeyId, secretAccessKey } = store.issue(testRole, 'session');
      return { accessKeyId, secretAccessKey };
    },
    'InvalidClientTokenId',
  ],
  [
    "temporary credentials with another's token",
    () => ({ ...store.issue(testRole, 'a1'), sessionToken: 'x' }),
    'InvalidClientTokenId',
  ],
])('refuses %s', async (_, credentials, name) => {
  await expect(client(credentials()).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name });
});

test('refuses a session that is over, and a signature older than 15 minutes', async () => {
  const expired = store.issue(testRole, 'short', 60);
  clock = new Date(Date.now() + 2 * 60_000);
  await expect(client(expired).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'ExpiredToken',
  });
  clock = new Date(Date.now() + 16 * 60_000);
  await expect(client(user).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  });
});

test('refuses to let somebody assume a role who may not', async () => {
  const assume = new AssumeRoleCommand({
    RoleArn: testRole.replace('profile', 'other'),
    RoleSessionName: 'session',
  });
  await expect(client(user).send(assume)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('refuses a request without a signature, and one for an operation that it does not have', async () => {
  const unsigned = await fetch(`${server.url}/?Action=GetCallerIdentity&Version=2011-06-15`);
  expect([unsigned.status, await unsigned.text()]).toEqual([
    403,
    expect.stringContaining('MissingAuthenticationToken'),
  ]);
});
