import { AdminDisableUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { objectGuid } from '../../local/adfs/people';
import { logIn, grantsOf, type LoginTarget } from '../../local/rehearsal/logins';
import type { SampleUser } from '../../core/configuration/users';
import { functionName } from '../../core/naming';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';

const region = useRegion();
const name = seedConfiguration.eks_name;

const alice: SampleUser = {
  userName: 'ACME\\alice',
  email: 'alice@acme.example',
  groups: ['team-a', 'team-b'],
};
const bob: SampleUser = { userName: 'ACME\\bob', email: 'bob@acme.example', groups: ['team-b'] };

/** As the pool names a user: of the identifier that the directory sends. */
const userNameOf = ({ userName }: SampleUser): string => `ADFS_${objectGuid(userName)}`.toLowerCase();

let target: LoginTarget;

beforeAll(async () => {
  const { start, finish, document, region: local } = region();
  const { execution } = await finish(await start('provision', document));
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  const { userPoolId, clientId } = JSON.parse(execution.output ?? '{}') as {
    userPoolId: string;
    clientId: string;
  };
  const cluster = clusterOf(region());
  target = { userPoolId, clientId, cluster, profileManager: functionName('profile-manager') };
  for (const user of [alice, bob]) expect((await logIn(local, target, user)).outcome).toBe('allowed');
}, 600_000);

const namespaces = async ({ email }: SampleUser): Promise<string[]> =>
  (await grantsOf(target.cluster, email)).map(({ namespace }) => namespace);

test('a resync mends what was changed by hand and takes access from who is disabled', async () => {
  const { start, finish, region: local } = region();
  await target.cluster.kubectl([
    'delete',
    'rolebindings',
    '-n',
    'team-a',
    '-l',
    'app.kubernetes.io/managed-by=kubeflow-eks',
  ]);
  await local.clients.cognito.send(
    new AdminDisableUserCommand({ UserPoolId: target.userPoolId, Username: userNameOf(bob) }),
  );
  expect(await namespaces(alice)).toEqual(['team-b']);
  expect(await namespaces(bob)).toEqual(['team-b']);

  const { execution } = await finish(await start('resync', {}));

  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  expect(await namespaces(alice)).toEqual(['team-a', 'team-b']);
  expect(await namespaces(bob)).toEqual([]);
  const [event] = local.bus.events.filter((put) => put['detail-type'] === 'Deployment Resynced');
  expect(event?.detail).toMatchObject({
    deployment: name,
    status: expect.not.stringMatching('failed') as string,
  });
}, 600_000);

test('another one finds nothing to do', async () => {
  const { start, finish, region: local } = region();
  const mark = local.gateway.log.mark();
  const audit = await target.cluster.audit.mark();

  const { execution } = await finish(await start('resync', { deployment: name }));

  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  const writes = (await target.cluster.audit.since(audit)).filter(
    ({ verb, user, resource }) =>
      ['create', 'update', 'patch', 'delete'].includes(verb) &&
      user.includes('kubeflow-eks') &&
      !/review/.test(resource),
  );
  expect(writes).toEqual([]);
  const changes = local.gateway.log.since(
    mark,
    ({ mutating, service }) => mutating && service !== 'dynamodb',
  );
  expect(changes).toEqual([]);
}, 600_000);

test('an event starts it, as a login that failed asks for one', async () => {
  const { region: local } = region();
  const before = local.bus.events.filter((put) => put['detail-type'] === 'Deployment Resynced').length;

  local.bus.put({ source: 'kubeflow-eks', 'detail-type': 'Resync Requested', detail: { deployment: name } });
  await local.bus.settled();

  const deadline = Date.now() + 60_000;
  const resynced = (): number =>
    local.bus.events.filter((put) => put['detail-type'] === 'Deployment Resynced').length;
  while (resynced() === before && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 200));
  expect(resynced()).toBe(before + 1);
}, 90_000);

test('an address that no longer leads to the login is a warning, and access is brought in line all the same', async () => {
  const { start, finish, region: local } = region();
  await target.cluster.kubectl(['delete', 'deployment', '-n', 'oauth2-proxy', 'oauth2-proxy']);

  const { execution } = await finish(await start('resync', { deployment: name }));

  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  const event = local.bus.events.filter((put) => put['detail-type'] === 'Deployment Resynced').at(-1);
  expect(event?.detail).toMatchObject({
    deployment: name,
    status: 'succeeded',
    warnings: expect.arrayContaining([
      'the address does not lead to the login (EndpointNotReady)',
    ]) as string[],
    access: { status: 'done' },
  });
}, 600_000);
