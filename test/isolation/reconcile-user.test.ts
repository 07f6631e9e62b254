import { accessCluster, reconcileUser } from '../../isolation/reconcile-user';
import type { KubernetesClient } from '../../adapters/kubernetes/client';
import { grantsFor } from '../../core/access/grants';
import { bindingNames } from '../../core/access/names';
import { startProfileController } from '../../local/kubernetes/stand-ins/profile-controller';
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
} from './support';

const kubernetes = useControlPlane();
let client: KubernetesClient;

beforeAll(async () => {
  await prepareCluster(kubernetes());
  client = profileManagerClient(kubernetes());
});
afterAll(() => {
  client.close();
});

const bindingPath = (namespace: string, name = '') =>
  `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings${name === '' ? '' : `/${name}`}`;
const policyPath = (namespace: string, name = '') =>
  `/apis/security.istio.io/v1/namespaces/${namespace}/authorizationpolicies${name === '' ? '' : `/${name}`}`;

async function tenants(...names: string[]): Promise<void> {
  for (const name of names) await makeTenant(kubernetes().client, name);
}

/** Expects that somebody may, or may not, create pods, as the API server itself sees it. */
async function expectEdit(user: string, namespace: string, allowed: boolean): Promise<void> {
  await eventually(async () => {
    const question = { user, namespace, verb: 'create', resource: 'pods' };
    expect([user, namespace, await kubernetes().client.allowed(question)]).toEqual([
      user,
      namespace,
      allowed,
    ]);
  });
}

interface Binding {
  metadata: {
    name: string;
    uid: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  subjects?: { kind: string; name: string }[];
  roleRef: { name: string };
}

async function contributorsOf(namespace: string): Promise<Binding[]> {
  const bindings = await kubernetes().client.list<Binding>(bindingPath(namespace));
  return bindings.filter(({ metadata }) => metadata.annotations?.['user'] !== undefined);
}

function contributor(namespace: string, email: string, name: string, role = 'edit') {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { namespace, name, annotations: { user: email, role } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `kubeflow-${role}` },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: email }],
  };
}

describe('one user', () => {
  test('gets just the objects that the dashboard would make, in two writes a grant, and loses them with the group', async () => {
    await tenants('plain-a', 'plain-b');
    const first = await login(client, 'alice@example.com', ['plain-a', 'plain-b']);
    // Entering a namespace for the first time costs writes of its own; see below for the ordinary case.
    expect(first.report).toMatchObject({ failures: [], refusals: [], pending: [] });
    expect(first.requests.read).toBe(3);
    const [binding] = await contributorsOf('plain-a');
    expect(binding).toMatchObject({
      metadata: {
        name: 'user-alice-example-com-clusterrole-edit',
        annotations: { user: 'alice@example.com', role: 'edit' },
        labels: { 'app.kubernetes.io/managed-by': 'kubeflow-eks' },
      },
      roleRef: { name: 'kubeflow-edit' },
      subjects: [{ kind: 'User', name: 'alice@example.com' }],
    });
    const policy = await kubernetes().client.get(
      policyPath('plain-a', 'user-alice-example-com-clusterrole-edit'),
    );
    expect(policy).toMatchObject({
      metadata: { annotations: { user: 'alice@example.com', role: 'edit' } },
      spec: {
        rules: [
          {
            from: [
              {
                source: {
                  principals: [
                    'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account',
                    'cluster.local/ns/kubeflow/sa/ml-pipeline-ui',
                  ],
                },
              },
            ],
            when: [{ key: 'request.headers[kubeflow-userid]', values: ['alice@example.com'] }],
          },
        ],
      },
    });
    const second = await login(client, 'alice@example.com', ['plain-a', 'plain-b']);
    expect(second.requests).toEqual({ read: 2, write: 0 });
    const third = await login(client, 'alice@example.com', ['plain-b']);
    expect(third.requests).toEqual({ read: 2, write: 2 });
    await expectEdit('alice@example.com', 'plain-a', false);
    await expectEdit('alice@example.com', 'plain-b', true);
    const other = await login(client, 'bob@example.com', ['plain-a', 'plain-b']);
    expect(other.requests).toEqual({ read: 3, write: 4 });
  });

  test('changes role where the directory does', async () => {
    await tenants('roles');
    const rules = rulesWith({ role_suffixes: { '-adm': 'admin', '-ro': 'view' } });
    await login(client, 'carol@example.com', ['roles-ro'], rules);
    await expectEdit('carol@example.com', 'roles', false);
    await login(client, 'carol@example.com', ['roles-adm'], rules);
    await expectEdit('carol@example.com', 'roles', true);
    expect((await contributorsOf('roles')).map(({ roleRef }) => roleRef.name)).toEqual(['kubeflow-admin']);
  });

  test('finds edited and deleted objects as they should be after the next login', async () => {
    await tenants('drift');
    await login(client, 'dora@example.com', ['drift']);
    const name = 'user-dora-example-com-clusterrole-edit';
    const { client: admin } = kubernetes();
    await admin.json({
      path: bindingPath('drift', name),
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: {
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory@example.com' }],
      },
      as: unfencedEditor,
    });
    await admin.json({
      path: policyPath('drift', name),
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { spec: { action: 'DENY' } },
      as: unfencedEditor,
    });
    await expectEdit('mallory@example.com', 'drift', true);
    const repaired = await login(client, 'dora@example.com', ['drift']);
    expect(repaired.report.changes.map(({ action }) => action)).toEqual(['repair', 'repair']);
    await expectEdit('mallory@example.com', 'drift', false);
    await expectEdit('dora@example.com', 'drift', true);
    const policy = await admin.get<{ spec: object }>(policyPath('drift', name));
    expect(policy.spec).not.toHaveProperty('action');
    await admin.remove(bindingPath('drift', name));
    await login(client, 'dora@example.com', ['drift']);
    await expectEdit('dora@example.com', 'drift', true);
    expect((await login(client, 'dora@example.com', ['drift'])).requests.write).toBe(0);
  });
});

describe('a group never reaches what is no tenant', () => {
  test.each(['kube-system', 'kubeflow', 'istio-system', 'default', 'KUBE-SYSTEM'])('%s', async (group) => {
    const { report, requests } = await login(client, 'eve@example.com', [group]);
    expect(report.refusals).toMatchObject([{ reason: 'ReservedNamespace' }]);
    expect(requests).toEqual({ read: 2, write: 0 });
    await expectEdit('eve@example.com', group.toLowerCase(), false);
  });

  test('a namespace that is no Profile’s', async () => {
    await kubernetes().client.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'wiki' },
    });
    const { report, requests } = await login(client, 'eve@example.com', ['wiki']);
    expect(report.refusals).toMatchObject([{ reason: 'NotATenant', namespace: 'wiki' }]);
    expect(requests.write).toBe(0);
    await expectEdit('eve@example.com', 'wiki', false);
  });

  test('a namespace that somebody only annotated', async () => {
    await kubernetes().client.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'annotated', annotations: { owner: 'eve@example.com' } },
    });
    const { report } = await login(client, 'eve@example.com', ['annotated']);
    expect(report.refusals).toMatchObject([{ reason: 'NotATenant' }]);
  });

  test('one that does not exist, where the rules make none', async () => {
    const { report } = await login(
      client,
      'eve@example.com',
      ['nowhere'],
      rulesWith({ create_profiles: false }),
    );
    expect(report.refusals).toMatchObject([{ reason: 'NotATenant', namespace: 'nowhere' }]);
  });

  test('a namespace that is being deleted', async () => {
    await tenants('leaving');
    const { client: admin } = kubernetes();
    await admin.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'leaving', name: 'held', finalizers: ['example.com/held'] },
    });
    await admin.json({ path: '/api/v1/namespaces/leaving', method: 'DELETE' });
    const { report } = await login(client, 'eve@example.com', ['leaving']);
    expect(report.refusals).toMatchObject([{ reason: 'NamespaceTerminating', namespace: 'leaving' }]);
    expect(report.failures).toEqual([]);
    await admin.json({
      path: '/api/v1/namespaces/leaving/configmaps/held',
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
  });
});

describe('two users never share an object', () => {
  test.each([
    ['a.b@x', 'a-b@x', 'collide-1'],
    ['a.b@x.org', 'a-b@x.org', 'collide-2'],
    ['alice@d1.example.com', 'alice@d2.example.com', 'collide-3'],
    ["o'brien+test@x.org", 'o.brien_test@x.org', 'collide-4'],
    [`${'l'.repeat(240)}1@x.org`, `${'l'.repeat(240)}2@x.org`, 'collide-5'],
  ])('%.20s and %.20s', async (one, two, namespace) => {
    await tenants(namespace);
    await login(client, one, [namespace]);
    await login(client, two, [namespace]);
    await expectEdit(one, namespace, true);
    await expectEdit(two, namespace, true);
    await login(client, one, []);
    await expectEdit(one, namespace, false);
    await expectEdit(two, namespace, true);
    expect((await login(client, two, [namespace])).requests.write).toBe(0);
  });

  test('but two spellings of one e-mail are one user, known by today’s', async () => {
    await tenants('spelling');
    await login(client, 'Frank@Example.com', ['spelling']);
    await login(client, 'frank@example.com', ['spelling']);
    expect((await contributorsOf('spelling')).map(({ subjects }) => subjects?.[0]?.name)).toEqual([
      'frank@example.com',
    ]);
    await expectEdit('Frank@Example.com', 'spelling', false);
  });
});

describe('what is not ours', () => {
  test('a contributor of the dashboard stays, beside our grant and after it', async () => {
    await tenants('guests');
    const email = 'guest@example.com';
    const { preferred } = bindingNames(email, 'edit', []);
    const { client: admin } = kubernetes();
    await admin.apply(contributor('guests', email, preferred), 'kfam');
    const [before] = await contributorsOf('guests');
    const { report } = await login(client, email, ['guests']);
    expect(report).toMatchObject({ failures: [], refusals: [] });
    expect((await login(client, email, ['guests'])).requests.write).toBe(0);
    await login(client, email, []);
    const after = await contributorsOf('guests');
    expect(after).toEqual([before]);
    await expectEdit(email, 'guests', true);
  });

  test('a binding of our name made by someone else is not overwritten', async () => {
    await tenants('squatted');
    const { preferred } = bindingNames('gina@example.com', 'edit', []);
    await kubernetes().client.apply(contributor('squatted', 'mallory@example.com', preferred, 'view'));
    await login(client, 'gina@example.com', ['squatted']);
    await expectEdit('gina@example.com', 'squatted', true);
    const squatter = (await contributorsOf('squatted')).find(({ metadata }) => metadata.name === preferred);
    expect(squatter).toMatchObject({
      roleRef: { name: 'kubeflow-view' },
      subjects: [{ name: 'mallory@example.com' }],
    });
    expect(squatter?.metadata.labels).toBeUndefined();
  });

  test('where both our names are taken the grant is refused aloud', async () => {
    await tenants('taken');
    const { preferred, alternative } = bindingNames('hugo@example.com', 'edit', []);
    for (const name of [preferred, alternative]) {
      await kubernetes().client.apply(contributor('taken', 'mallory@example.com', name, 'view'));
    }
    const { report } = await login(client, 'hugo@example.com', ['taken']);
    expect(report.refusals).toMatchObject([{ reason: 'NameTaken', namespace: 'taken' }]);
    expect(report.grants).toEqual([]);
  });
});

describe('at the same time', () => {
  test('two logins of one user leave what one leaves', async () => {
    await tenants('race-1', 'race-2', 'race-3');
    const groups = ['race-1', 'race-2', 'race-3'];
    const both = await Promise.all([1, 2].map(() => login(client, 'ida@example.com', groups)));
    for (const { report } of both) expect(report).toMatchObject({ failures: [], refusals: [] });
    for (const namespace of groups) expect(await contributorsOf(namespace)).toHaveLength(1);
    expect((await login(client, 'ida@example.com', groups)).requests.write).toBe(0);
    await Promise.all([1, 2].map(() => login(client, 'ida@example.com', [])));
    for (const namespace of groups) expect(await contributorsOf(namespace)).toHaveLength(0);
  });
});

test('500 groups are granted within a login’s time', async () => {
  const names = Array.from({ length: 500 }, (_, index) => `g${String(index).padStart(3, '0')}`);
  await Promise.all(names.map((name) => makeTenant(kubernetes().client, name)));
  const rules = rulesWith({ max_grants_per_user: 500 });
  const { report } = await login(client, 'many@example.com', names, rules);
  expect(report.failures).toEqual([]);
  expect(report.grants).toHaveLength(500);
  expect((await login(client, 'many@example.com', names, rules)).requests).toEqual({ read: 2, write: 0 });
}, 120_000);

describe('with the profile controller', () => {
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const controller = startProfileController({ client: kubernetes().client });
    await controller.ready;
    stop = controller.stop;
  });
  afterAll(async () => {
    await stop();
  });

  test('a group without a namespace gets a Profile with owner and quota, and the user the grant in the same login', async () => {
    const rules = rulesWith({ profile_owner: 'platform@example.com', profile_quota: { cpu: '8' } });
    const { report } = await login(client, 'jane@example.com', ['fresh'], rules);
    expect(report).toMatchObject({ profiles: ['fresh'], failures: [], pending: [] });
    await expectEdit('jane@example.com', 'fresh', true);
    expect(await kubernetes().client.get('/apis/kubeflow.org/v1/profiles/fresh')).toMatchObject({
      spec: {
        owner: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'platform@example.com' },
        resourceQuotaSpec: { hard: { cpu: '8' } },
      },
    });
    expect((await login(client, 'jane@example.com', ['fresh'], rules)).requests).toEqual({
      read: 2,
      write: 0,
    });
  });

  test('a personal profile belongs to its user, and costs one read when it is there', async () => {
    const rules = rulesWith({ personal_profiles: true });
    const { report } = await login(client, 'kim@example.com', [], rules);
    expect(report.profiles).toEqual(['profile-kim-example-com']);
    const second = await login(client, 'kim@example.com', [], rules);
    expect(second.report).toMatchObject({ profiles: [], refusals: [], failures: [] });
    expect(second.requests).toEqual({ read: 3, write: 0 });
  });

  test('a personal profile owned by another is left alone and reported', async () => {
    const rules = rulesWith({ personal_profiles: true });
    await kubernetes().client.apply({
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: { name: 'profile-lena-example-com' },
      spec: { owner: { kind: 'User', name: 'mallory@example.com' } },
    });
    await makeTenant(kubernetes().client, 'profile-lena-example-com', 'mallory@example.com');
    const { report } = await login(client, 'lena@example.com', [], rules);
    expect(report.refusals).toMatchObject([{ reason: 'ProfileOwnedByAnother' }]);
    await expectEdit('lena@example.com', 'profile-lena-example-com', false);
  });
});

test('a new Profile whose namespace does not come is pending, and granted by a later login', async () => {
  const rules = rulesWith();
  const scoped = client.scope();
  const desired = grantsFor(['slow-team'], rules);
  const report = await reconcileUser(accessCluster(scoped), identity('mia@example.com'), desired, rules, {
    profileTimeoutMs: 200,
  });
  expect(report).toMatchObject({ pending: [{ namespace: 'slow-team' }], failures: [], grants: [] });
  await makeTenant(kubernetes().client, 'slow-team');
  await login(client, 'mia@example.com', ['slow-team']);
  await expectEdit('mia@example.com', 'slow-team', true);
});
