import { createKubernetesClient, type KubernetesClient } from '../../adapters/kubernetes/client';
import { accessCluster, reconcileUser } from '../../isolation/reconcile-user';
import { grantsFor } from '../../core/access/grants';
import { useControlPlane } from '../support/control-plane';
import { startFaultProxy, type Fault, type FaultProxy } from './fault-proxy';
import {
  eventually,
  identity,
  login,
  makeTenant,
  prepareCluster,
  profileManager,
  profileManagerClient,
  rulesWith,
} from './support';

const kubernetes = useControlPlane();
let proxy: FaultProxy;
let client: KubernetesClient;
let direct: KubernetesClient;
const groups = ['one', 'two', 'three'];

beforeAll(async () => {
  const cluster = kubernetes();
  await prepareCluster(cluster);
  for (const name of groups) await makeTenant(cluster.client, name);
  direct = profileManagerClient(cluster);
  await login(direct, 'first@example.com', groups);
  proxy = await startFaultProxy(cluster);
});
afterAll(async () => {
  direct.close();
  await proxy.close();
});
beforeEach(() => {
  proxy.fault = () => undefined;
  client = createKubernetesClient({
    endpoint: proxy.endpoint,
    caPem: proxy.caPem,
    token: () => Promise.resolve(kubernetes().adminToken),
    impersonate: profileManager,
    timeoutMs: 700,
  });
});
afterEach(() => {
  client.close();
});

/** Expects that a user may create pods in just these of the namespaces. */
const expectAccess = (user: string, allowed: readonly string[]) =>
  eventually(async () => {
    const question = { user, verb: 'create', resource: 'pods' };
    const answers = await Promise.all(
      groups.map((namespace) => kubernetes().client.allowed({ ...question, namespace })),
    );
    expect(groups.filter((_, index) => answers[index] === true)).toEqual(allowed);
  });
const isWrite = (method: string) => method !== 'GET';

/** A fault for the first requests of a kind. */
function first(times: number, fault: Fault, matches: (method: string) => boolean = () => true) {
  let left = times;
  return ({ method }: { method: string }) => {
    if (!matches(method) || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

test.each<[string, Fault, number, (method: string) => boolean]>([
  ['answers 429 and asks for patience', { kind: 'status', status: 429, retryAfter: 1 }, 2, () => true],
  ['answers 500 to reads', { kind: 'status', status: 500 }, 2, (method) => !isWrite(method)],
  ['answers 503 to writes', { kind: 'status', status: 503 }, 3, isWrite],
  ['hangs at a read', { kind: 'hang' }, 1, (method) => !isWrite(method)],
  ['hangs at a write', { kind: 'hang' }, 1, isWrite],
  ['drops the connection after it has written', { kind: 'drop-after' }, 2, isWrite],
  ['drops the connection after it has read', { kind: 'drop-after' }, 1, (method) => !isWrite(method)],
  ['sheds the connection', { kind: 'goaway' }, 3, () => true],
])('an API server that %s costs a user nothing but time', async (what, fault, times, matches) => {
  const email = `${what.replaceAll(/[^a-z0-9]/g, '')}@example.com`;
  proxy.fault = first(times, fault, matches);
  const { report } = await login(client, email, groups);
  expect(report).toMatchObject({ failures: [], refusals: [] });
  await expectAccess(email, groups);
  expect((await login(direct, email, groups)).requests).toEqual({ read: 2, write: 0 });
  proxy.fault = first(times, fault, matches);
  expect((await login(client, email, [])).report.failures).toEqual([]);
  await expectAccess(email, []);
});

test('an API server that hangs for good is given up in bounded time, and nothing is claimed', async () => {
  proxy.fault = () => ({ kind: 'hang' });
  const end = AbortSignal.timeout(1_500);
  const startedAt = Date.now();
  const rules = rulesWith();
  await expect(
    reconcileUser(
      accessCluster(client.scope({ signal: end })),
      identity('never@example.com'),
      grantsFor(groups, rules),
      rules,
    ),
  ).rejects.toMatchObject({ name: 'ClusterUnreachable', kind: 'transient' });
  expect(Date.now() - startedAt).toBeLessThan(2_500);
});

test('a partial failure says which grant failed, keeps the rest, and is mended by the next login', async () => {
  const email = 'partial@example.com';
  proxy.fault = ({ method, path }) =>
    isWrite(method) && path.includes('/namespaces/two/') && path.includes('rolebindings')
      ? { kind: 'status', status: 500 }
      : undefined;
  const { report } = await login(client, email, groups);
  expect(report.failures).toMatchObject([
    { action: 'create', part: 'binding', namespace: 'two', reason: 'ClusterUnreachable' },
  ]);
  expect(report.grants.map(({ namespace }) => namespace)).toEqual(['one', 'three']);
  await expectAccess(email, ['one', 'three']);
  proxy.fault = () => undefined;
  const mended = await login(client, email, groups);
  expect(mended.requests.write).toBe(1);
  await expectAccess(email, groups);
});

test('a revocation that fails is reported as such', async () => {
  const email = 'stale@example.com';
  await login(direct, email, groups);
  proxy.fault = ({ method }) => (method === 'DELETE' ? { kind: 'status', status: 500 } : undefined);
  const { report } = await login(client, email, ['one']);
  expect(report.failures.map(({ action }) => action)).toEqual(Array(4).fill('remove'));
});

test('forty writes share one connection', async () => {
  const before = proxy.connections();
  await login(client, 'connected@example.com', groups);
  await login(client, 'connected@example.com', []);
  expect(proxy.connections() - before).toBe(1);
});

test('only the cluster’s own authority is trusted', async () => {
  const wrong = createKubernetesClient({
    endpoint: proxy.endpoint,
    caPem: kubernetes().caPem,
    token: () => Promise.resolve('secret'),
    attempts: 1,
  });
  await expect(wrong.document('/version')).rejects.toMatchObject({ name: 'ClusterUnreachable' });
  wrong.close();
});
