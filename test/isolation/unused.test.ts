import type { KubernetesClient } from '../../adapters/kubernetes/client';
import type { DirectoryUser } from '../../core/access/directory';
import { weekOf } from '../../core/access/last-seen';
import { reconcileAll } from '../../isolation/reconcile-all';
import { accessCluster } from '../../isolation/reconcile-user';
import { useControlPlane } from '../support/control-plane';
import {
  eventually,
  identity,
  login,
  makeTenant,
  prepareCluster,
  profileManagerClient,
  rulesWith,
  unfencedEditor,
  pagesOf,
} from './support';

/** Who has not logged in for `access.revoke_unused_after` days, on a real API server. */
const kubernetes = useControlPlane();
let client: KubernetesClient;
const rules = rulesWith({ revoke_unused_after: 30 });
const start = new Date('2026-03-04T12:00:00Z');
const after = (days: number) => new Date(start.getTime() + days * 86_400_000);

beforeAll(async () => {
  await prepareCluster(kubernetes());
  client = profileManagerClient(kubernetes());
  for (const name of ['red', 'green']) await makeTenant(kubernetes().client, name);
});
afterAll(() => {
  client.close();
});

const userOf = (email: string, changedAt: Date | undefined): DirectoryUser => ({
  userName: `ADFS_${email}`,
  enabled: true,
  email,
  groupsAttribute: '[red,green]',
  changedAt,
});
const resync = (now: Date, users: readonly DirectoryUser[], withRules = rules) =>
  reconcileAll(
    accessCluster(client),
    {
      pages: () => pagesOf(users),
      find: (userName) => Promise.resolve(users.find((user) => user.userName === userName)),
    },
    withRules,
    { now },
  );
const logIn = (email: string, now: Date, withRules = rules) =>
  login(client, email, ['red', 'green'], withRules, { now });
const holds = (user: string, allowed: boolean) =>
  eventually(async () => {
    const question = { user, namespace: 'red', verb: 'create', resource: 'pods' };
    expect(await kubernetes().client.allowed(question)).toBe(allowed);
  });
interface Noted {
  metadata: { name: string; namespace: string; annotations?: Record<string, string> };
}
const weeksOf = async (email: string) => {
  const found = await kubernetes().client.list<Noted>(
    `/apis/rbac.authorization.k8s.io/v1/rolebindings?labelSelector=kubeflow-eks/user=${identity(email).key}`,
  );
  return found.map(({ metadata }) => metadata.annotations?.['kubeflow-eks/seen-in-week-of']).sort();
};

test('a person who left loses the grants at a re-sync when the days are over, not before, and has them back by a login', async () => {
  const email = 'leaver@example.com';
  const users = [userOf(email, start)];
  await logIn(email, start);
  expect(await weeksOf(email)).toEqual([weekOf(start), weekOf(start)]);
  expect(await resync(after(30), users)).toMatchObject({ removed: 0, kept: 2, unusedIdentities: 0 });
  const summary = await resync(after(37), users);
  expect(summary).toMatchObject({ removed: 4, unusedIdentities: 1, failures: {} });
  await holds(email, false);
  // And the next re-sync does not give it back.
  expect(await resync(after(38), users)).toMatchObject({ unusedIdentities: 1, requests: { write: 0 } });
  expect((await logIn(email, after(39))).report.failures).toEqual([]);
  await holds(email, true);
  expect(await resync(after(40), users)).toMatchObject({
    unusedIdentities: 0,
    kept: 2,
    requests: { write: 0 },
  });
  await login(client, email, [], rules);
});

test('who logs in keeps everything, at one write a week and none otherwise', async () => {
  const email = 'stayer@example.com';
  await logIn(email, start);
  expect((await logIn(email, after(1))).requests).toEqual({ read: 2, write: 0 });
  const next = await logIn(email, after(7));
  expect(next.requests).toEqual({ read: 2, write: 1 });
  expect(next.report).toMatchObject({ changes: [], failures: [] });
  expect((await logIn(email, after(8))).requests).toEqual({ read: 2, write: 0 });
  expect(await weeksOf(email)).toEqual([weekOf(start), weekOf(after(7))]);
  // The pool's user was never changed since: what the bindings remember is enough.
  expect(await resync(after(40), [userOf(email, start)])).toMatchObject({ removed: 0, kept: 2 });
  await login(client, email, [], rules);
});

test('a re-sync makes no login of its own: what it repairs remembers the same week', async () => {
  const email = 'ghost@example.com';
  const users = [userOf(email, start)];
  await logIn(email, start);
  const [name] = (
    await kubernetes().client.list<Noted>('/apis/rbac.authorization.k8s.io/v1/namespaces/red/rolebindings')
  )
    .filter(({ metadata }) => metadata.annotations?.['user'] === email)
    .map(({ metadata }) => metadata.name);
  await kubernetes().client.raw({
    path: `/apis/rbac.authorization.k8s.io/v1/namespaces/red/rolebindings/${name ?? ''}`,
    method: 'DELETE',
    as: unfencedEditor,
  });
  expect(await resync(after(20), users)).toMatchObject({ created: 1 });
  expect(await weeksOf(email)).toEqual([weekOf(start), weekOf(start)]);
  expect(await resync(after(37), users)).toMatchObject({ removed: 4 });
});

test('grants of before there was this memory count from the first re-sync on', async () => {
  const email = 'old@example.com';
  const users = [userOf(email, new Date('2020-01-01T00:00:00Z'))];
  await logIn(email, start, rulesWith({ revoke_unused_after: 0 }));
  expect(await weeksOf(email)).toEqual([undefined, undefined]);
  expect(await resync(after(100), users)).toMatchObject({ removed: 0, kept: 2, requests: { write: 1 } });
  expect(await resync(after(101), users)).toMatchObject({ requests: { write: 0 } });
  expect(await resync(after(138), users)).toMatchObject({ removed: 4, unusedIdentities: 1 });
});

test('who logged in the other day and still waits for the grants gets them by the re-sync', async () => {
  const users = [userOf('new@example.com', after(10)), userOf('unknown@example.com', undefined)];
  expect(await resync(after(11), users)).toMatchObject({ created: 8, unusedIdentities: 0 });
  expect(await weeksOf('new@example.com')).toEqual([weekOf(after(10)), weekOf(after(10))]);
});

test('with 0 nobody loses anything, and nothing is remembered', async () => {
  const off = rulesWith({ revoke_unused_after: 0 });
  const email = 'forever@example.com';
  await logIn(email, start, off);
  const users = [userOf(email, new Date('2020-01-01T00:00:00Z'))];
  expect(await resync(after(1000), users, off)).toMatchObject({ kept: 2, unusedIdentities: 0 });
  expect(await weeksOf(email)).toEqual([undefined, undefined]);
  await holds(email, true);
});

test('a login while the re-sync runs keeps what the re-sync was about to take', async () => {
  const email = 'last-minute@example.com';
  await logIn(email, start);
  const users = [userOf(email, start)];
  const directory = {
    pages: () => pagesOf(users, () => logIn(email, after(37))),
    find: () => Promise.resolve(users[0]),
  };
  await reconcileAll(accessCluster(client), directory, rules, { now: after(37) });
  await holds(email, true);
});
