import type { KubernetesClient } from '../../adapters/kubernetes/client';
import { readBindings } from '../../isolation/access-report';
import { connectWithKubeconfig } from '../../adapters/kubernetes/connect-with-kubeconfig';
import { reconcileAll, type Directory } from '../../isolation/reconcile-all';
import { accessCluster } from '../../isolation/reconcile-user';
import { readDirectory, type DirectoryUser } from '../../core/access/directory';
import { createGroupMapper } from '../../core/access/mapping';
import { accessRows } from '../../core/access/access-rows';
import { startProfileController } from '../../local/kubernetes/stand-ins/profile-controller';
import { useControlPlane } from '../support/control-plane';
import {
  eventually,
  login,
  makeTenant,
  pagesOf,
  prepareCluster,
  profileManagerClient,
  rulesWith,
} from './support';

const kubernetes = useControlPlane();
let client: KubernetesClient;
const rules = rulesWith();

beforeAll(async () => {
  await prepareCluster(kubernetes());
  client = profileManagerClient(kubernetes());
  for (const name of ['red', 'green', 'blue']) await makeTenant(kubernetes().client, name);
});
afterAll(() => {
  client.close();
});

const user = (email: string, groups: string, changes: Partial<DirectoryUser> = {}): DirectoryUser => ({
  userName: `ADFS_${email}`,
  enabled: true,
  email,
  groupsAttribute: groups,
  ...changes,
});
const directoryOf = (
  users: readonly DirectoryUser[],
  onList: () => Promise<void> = () => Promise.resolve(),
): Directory => ({
  pages: () => pagesOf(users, onList),
  find: (userName) => Promise.resolve(users.find((candidate) => candidate.userName === userName)),
});
const expectEdit = (email: string, namespace: string, allowed: boolean) =>
  eventually(async () => {
    const question = { user: email, namespace, verb: 'create', resource: 'pods' };
    expect([email, await kubernetes().client.allowed(question)]).toEqual([email, allowed]);
  });

test('everybody gets what a login would give; a second pass writes nothing', async () => {
  const users = [
    user('alice@example.com', '[red,green]'),
    user('bob@example.com', 'blue'),
    user('off@example.com', 'red', { enabled: false }),
    user('nobody', 'red'),
    user('eve@example.com', '[kube-system,red,default]'),
  ];
  const summary = await reconcileAll(accessCluster(client), directoryOf(users), rules);
  expect(summary).toMatchObject({
    directory: { users: 5, disabled: 1, withoutIdentity: 1, unreadable: 0, sharedEmails: 0 },
    created: 8,
    removed: 0,
    admitted: 3,
    refusals: { ReservedNamespace: 2 },
    failures: {},
  });
  await expectEdit('alice@example.com', 'green', true);
  await expectEdit('off@example.com', 'red', false);
  const again = await reconcileAll(accessCluster(client), directoryOf(users), rules);
  expect(again).toMatchObject({ kept: 4, created: 0, repaired: 0, removed: 0, requests: { write: 0 } });
  expect(again.requests.read).toBe(8);
  // And what a re-sync has made, a login finds.
  expect((await login(client, 'alice@example.com', ['red', 'green'])).requests).toEqual({
    read: 2,
    write: 0,
  });
});

test('users who are deleted or disabled lose what they have', async () => {
  const users = [
    user('alice@example.com', '[red,green]'),
    user('bob@example.com', 'blue', { enabled: false }),
  ];
  const summary = await reconcileAll(accessCluster(client), directoryOf(users), rules);
  expect(summary).toMatchObject({ kept: 2, removed: 4, revokedIdentities: 2 });
  await expectEdit('bob@example.com', 'blue', false);
  await expectEdit('eve@example.com', 'red', false);
});

test('a login while a re-sync runs keeps what it got', async () => {
  const users = [user('alice@example.com', '[red,green]')];
  // The user logs in for the first time after the cluster was read, and is in no page that the pool has sent.
  const during = async () => {
    await login(client, 'late@example.com', ['red']);
  };
  await reconcileAll(accessCluster(client), directoryOf(users, during), rules);
  await expectEdit('late@example.com', 'red', true);
});

test('what the pool says at the moment of writing counts', async () => {
  const stale = user('moved@example.com', 'red');
  const directory = {
    pages: () => pagesOf([stale, user('late@example.com', 'red')]),
    find: () => Promise.resolve(user('moved@example.com', 'green')),
  };
  await reconcileAll(accessCluster(client), directory, rules);
  await expectEdit('moved@example.com', 'green', true);
  await expectEdit('moved@example.com', 'red', false);
});

test('a directory that cannot be read changes nothing', async () => {
  const broken = {
    pages: () => pagesOf([], () => Promise.reject(new Error('throttled'))),
    find: () => Promise.resolve(undefined),
  };
  const mark = await kubernetes().audit.mark();
  await expect(reconcileAll(accessCluster(client), broken, rules)).rejects.toThrow('throttled');
  expect((await kubernetes().audit.countSince(mark, 'test:profile-manager')).writes).toBe(0);
});

test('a user whose groups cannot be read keeps what is there', async () => {
  await login(client, 'cut@example.com', ['blue']);
  const summary = await reconcileAll(
    accessCluster(client),
    directoryOf([user('cut@example.com', '[blue,re')]),
    rules,
  );
  expect(summary.directory.unreadable).toBe(1);
  await expectEdit('cut@example.com', 'blue', true);
});

test('two users with one e-mail have together only what each of them has', async () => {
  const users = [
    user('Twin@example.com', '[red,green]', { userName: 'D1_twin' }),
    user('twin@example.com', '[green,blue]', { userName: 'D2_twin' }),
  ];
  const summary = await reconcileAll(accessCluster(client), directoryOf(users), rules);
  expect(summary.directory.sharedEmails).toBe(1);
  await expectEdit('Twin@example.com', 'green', true);
  await expectEdit('Twin@example.com', 'red', false);
  await expectEdit('twin@example.com', 'blue', false);
  expect((await reconcileAll(accessCluster(client), directoryOf(users), rules)).requests.write).toBe(0);
});

test('a namespace that has ceased to be a tenant’s loses our grants', async () => {
  const users = [user('alice@example.com', '[red,green]')];
  await reconcileAll(accessCluster(client), directoryOf(users), rules);
  await kubernetes().client.json({
    path: '/api/v1/namespaces/green',
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { metadata: { annotations: { owner: null } } },
  });
  const summary = await reconcileAll(accessCluster(client), directoryOf(users), rules);
  expect(summary).toMatchObject({ refusals: { NotATenant: 1 }, removed: 2, failures: {} });
  await expectEdit('alice@example.com', 'green', false);
  // We are out of there, and the fence keeps us out.
  const own = '/apis/rbac.authorization.k8s.io/v1/namespaces/green/rolebindings/kubeflow-eks-profile-manager';
  expect(await kubernetes().client.find(own)).toBeUndefined();
  expect((await reconcileAll(accessCluster(client), directoryOf(users), rules)).requests.write).toBe(0);
  await makeTenant(kubernetes().client, 'green');
});

test('Profiles that groups ask for are made in the same pass', async () => {
  const controller = startProfileController({ client: kubernetes().client });
  await controller.ready;
  try {
    const users = [user('alice@example.com', '[red,violet]')];
    const summary = await reconcileAll(accessCluster(client), directoryOf(users), rules);
    expect(summary).toMatchObject({ profilesMade: 1, failures: {} });
    await expectEdit('alice@example.com', 'violet', true);
  } finally {
    await controller.stop();
  }
});

test('a report says who may do what, and why, and what is not ours', async () => {
  const users = [user('alice@example.com', '[red,Red]')];
  await reconcileAll(accessCluster(client), directoryOf(users), rules);
  await login(client, 'ghost@example.com', ['red']);
  await kubernetes().client.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { namespace: 'red', name: 'guest', annotations: { user: 'guest@example.com', role: 'view' } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-view' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'guest@example.com' }],
  });
  const operator = await connectWithKubeconfig({ path: kubernetes().adminKubeconfigPath });
  const directory = readDirectory(users, rules, createGroupMapper(rules));
  const rows = accessRows(await readBindings(operator), directory, { namespace: 'red' });
  operator.close();
  expect(
    rows.map(({ subject, role, source, stale, because }) => [subject, role, source, stale, because.length]),
  ).toEqual([
    ['alice@example.com', 'edit', 'directory', false, 2],
    ['ghost@example.com', 'edit', 'directory', true, 0],
    ['guest@example.com', 'view', 'contributor', false, 0],
  ]);
});
