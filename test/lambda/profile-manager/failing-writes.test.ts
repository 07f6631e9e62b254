import type { KubernetesClient } from '../../../adapters/kubernetes/client';
import { accessCluster } from '../../../isolation/reconcile-user';
import { synchronise, type LoginOutcome } from '../../../lambda/profile-manager/synchronise';
import { clientThrough, startFaultProxy, type FaultProxy } from '../../isolation/fault-proxy';
import {
  identity,
  login,
  makeTenant,
  prepareCluster,
  profileManagerClient,
  rulesWith,
  unfencedEditor,
} from '../../isolation/support';
import { useControlPlane } from '../../support/control-plane';

/** Every write of a login, what can make it fail, and what becomes of the login then. */
interface Write {
  readonly what: string;
  /** Who can cause it, beside an API server that is in trouble. */
  readonly cause: string;
  readonly method: string;
  readonly path: RegExp;
  readonly refuses: boolean;
}

const rbac = '/apis/rbac\\.authorization\\.k8s\\.io/v1/namespaces';
const istio = '/apis/security\\.istio\\.io/v1/namespaces';
const nobodyElse =
  'nobody: others may neither change nor hold what has the mark, and quotas do not bound deletes';
const writes: readonly Write[] = [
  {
    what: 'the removal of the user’s own binding',
    cause: nobodyElse,
    method: 'DELETE',
    path: new RegExp(`^${rbac}/old/rolebindings/`),
    refuses: true,
  },
  {
    what: 'the removal of the user’s own policy',
    cause: nobodyElse,
    method: 'DELETE',
    path: new RegExp(`^${istio}/old/authorizationpolicies/`),
    refuses: true,
  },
  {
    what: 'the removal of an object that has the user’s mark and names somebody else',
    cause: 'no matter who made it before the policies came',
    method: 'DELETE',
    path: new RegExp(`^${rbac}/foreign/rolebindings/`),
    refuses: false,
  },
  {
    what: 'the repair of a binding',
    cause: 'a webhook or quota of the namespace’s administrators',
    method: 'PATCH',
    path: new RegExp(`^${rbac}/edited/rolebindings/user-`),
    refuses: false,
  },
  {
    what: 'the repair of a policy',
    cause: 'a webhook or quota of the namespace’s administrators',
    method: 'PATCH',
    path: new RegExp(`^${istio}/edited/authorizationpolicies/`),
    refuses: false,
  },
  {
    what: 'the removal of a policy that its repair left with what somebody added',
    cause: nobodyElse,
    method: 'DELETE',
    path: new RegExp(`^${istio}/edited/authorizationpolicies/`),
    refuses: false,
  },
  {
    what: 'the creation of a policy in the place of such a one',
    cause: 'a webhook or quota of the namespace’s administrators',
    method: 'POST',
    path: new RegExp(`^${istio}/edited/authorizationpolicies\\?`),
    refuses: false,
  },
  {
    what: 'the creation of a binding',
    cause: 'a webhook or quota of the namespace’s administrators',
    method: 'POST',
    path: new RegExp(`^${rbac}/fresh/rolebindings\\?`),
    refuses: false,
  },
  {
    what: 'the creation of a policy',
    cause: 'a webhook or quota of the namespace’s administrators',
    method: 'POST',
    path: new RegExp(`^${istio}/fresh/authorizationpolicies\\?`),
    refuses: false,
  },
  {
    what: 'a write in a namespace that was not entered yet',
    cause: 'a namespace that is new',
    method: 'POST',
    path: new RegExp(`^(${rbac}|${istio})/unentered-`),
    refuses: false,
  },
  {
    what: 'entering a namespace',
    cause: 'a webhook or quota of the namespace’s administrators',
    method: 'PATCH',
    path: new RegExp(`^${rbac}/[^/]+/rolebindings/kubeflow-eks-profile-manager`),
    refuses: false,
  },
  {
    what: 'the creation of a Profile',
    cause: 'whoever makes a Profile of the name first',
    method: 'POST',
    path: /^\/apis\/kubeflow\.org\/v1\/profiles\?/,
    refuses: false,
  },
];

const kubernetes = useControlPlane();
let proxy: FaultProxy;
let direct: KubernetesClient;
let faulty: KubernetesClient;
let count = 0;

beforeAll(async () => {
  await prepareCluster(kubernetes());
  direct = profileManagerClient(kubernetes());
  for (const name of ['old', 'edited', 'foreign', 'fresh']) await makeTenant(kubernetes().client, name);
  await login(direct, 'first@example.com', ['old', 'edited', 'foreign', 'fresh']);
  proxy = await startFaultProxy(kubernetes());
  faulty = clientThrough(proxy, kubernetes());
});
afterAll(async () => {
  faulty.close();
  direct.close();
  await proxy.close();
});

/** Objects in the state that makes a login do each of the writes once. */
async function prepareUser(): Promise<{ email: string; groups: string }> {
  count += 1;
  const email = `user${count}@example.com`;
  await makeTenant(kubernetes().client, `unentered-${count}`);
  await login(direct, email, ['old', 'edited']);
  // As the profile manager, whom alone the policies let do so.
  const as = unfencedEditor;
  const name = `user-user${count}-example-com-clusterrole-edit`;
  const subject = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory@example.com' };
  const patch = (path: string, body: object) =>
    kubernetes().client.json({
      path: `${path}/${name}`,
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body,
      as,
    });
  await patch('/apis/rbac.authorization.k8s.io/v1/namespaces/edited/rolebindings', { subjects: [subject] });
  await patch('/apis/security.istio.io/v1/namespaces/edited/authorizationpolicies', {
    spec: { action: 'DENY' },
  });
  await kubernetes().client.json({
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/foreign/rolebindings',
    method: 'POST',
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: {
        namespace: 'foreign',
        name: `forged-${count}`,
        labels: { 'app.kubernetes.io/managed-by': 'kubeflow-eks', 'kubeflow-eks/user': identity(email).key },
      },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-view' },
      subjects: [subject],
    },
    as,
  });
  return { email, groups: `[edited,fresh,unentered-${count},new-${count}]` };
}

async function outcomeOf(
  client: KubernetesClient,
  { email, groups }: { email: string; groups: string },
): Promise<LoginOutcome> {
  const request = {
    userPoolId: 'pool',
    userName: email,
    source: 'test',
    email,
    groupsAttribute: groups,
    groupsLeftOut: false,
  };
  const pool = {
    deployment: 'acme',
    cluster: { name: 'acme', endpoint: '', certificateAuthority: '', region: 'eu-central-1' },
    rules: rulesWith(),
    access: accessCluster(client),
  };
  return (await synchronise(request, pool, () => Promise.resolve([]), AbortSignal.timeout(8_000))).outcome;
}

const matching = (method: string, path: string): Write[] =>
  writes.filter((write) => write.method === method && write.path.test(path));

test('the table has every write of a login, and a login does every write of the table', async () => {
  const seen = new Set<string>();
  const unknown: string[] = [];
  proxy.fault = ({ method, path }) => {
    if (method === 'GET') return undefined;
    const found = matching(method, path);
    for (const { what } of found) seen.add(what);
    if (found.length !== 1) unknown.push(`${method} ${path}`);
    return undefined;
  };
  const user = await prepareUser();
  expect((await outcomeOf(faulty, user)).kind).toBe('synced');
  expect(unknown).toEqual([]);
  expect([...seen].sort()).toEqual(writes.map(({ what }) => what).sort());
});

describe.each([500, 403, 422])('answered with %i', (status) => {
  test.each(writes.map((write) => [write.what, write] as const))('%s', async (_, write) => {
    const user = await prepareUser();
    proxy.fault = ({ method, path }) =>
      method !== 'GET' && matching(method, path).includes(write) ? { kind: 'status', status } : undefined;
    const outcome = await outcomeOf(faulty, user);
    expect([write.cause, outcome.kind]).toEqual([write.cause, write.refuses ? 'out-of-sync' : 'incomplete']);
    proxy.fault = () => undefined;
    // Nobody else's login is touched, and this user's next one mends all.
    const other = { email: `other${count}@example.com`, groups: '[edited,fresh]' };
    expect((await outcomeOf(faulty, other)).kind).toBe('synced');
    expect((await outcomeOf(faulty, user)).kind).toBe('synced');
  });
});

test('a budget that ends while granting lets the login through with what holds', async () => {
  const user = await prepareUser();
  proxy.fault = ({ method }) => (method === 'POST' || method === 'PATCH' ? { kind: 'hang' } : undefined);
  const outcome = await outcomeOf(faulty, user);
  proxy.fault = () => undefined;
  expect(outcome.kind).toBe('incomplete');
  expect(await outcomeOf(faulty, user)).toMatchObject({ kind: 'synced' });
}, 30_000);
