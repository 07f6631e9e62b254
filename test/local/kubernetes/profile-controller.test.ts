import { installKubeflowApi } from '../../../local/kubernetes/kubeflow-api';
import type { KubeObject } from '../../../local/kubernetes/kube-client';
import { startProfileController } from '../../../local/kubernetes/stand-ins/profile-controller';
import type { StandIn } from '../../../local/kubernetes/stand-ins/stand-in';
import { waitFor } from '../../../local/processes/wait-for';
import { eventually } from '../../isolation/support';
import { useControlPlane } from '../../support/control-plane';

const kubernetes = useControlPlane();
const lines: string[] = [];
let controller: StandIn;

beforeAll(async () => {
  const { client } = kubernetes();
  // Before the API is there: the controller must wait for it.
  controller = startProfileController({ client, onLine: (line) => lines.push(line) });
  await installKubeflowApi(client);
}, 60_000);
afterAll(async () => {
  await controller.stop();
});

const profile = (name: string, owner: string, spec: object = {}): object => ({
  apiVersion: 'kubeflow.org/v1',
  kind: 'Profile',
  metadata: { name },
  spec: { owner: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: owner }, ...spec },
});
const profilePath = (name: string): string => `/apis/kubeflow.org/v1/profiles/${name}`;
const inNamespace = (namespace: string): Record<string, string> => ({
  accounts: `/api/v1/namespaces/${namespace}/serviceaccounts`,
  quotas: `/api/v1/namespaces/${namespace}/resourcequotas`,
  bindings: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
  policies: `/apis/security.istio.io/v1/namespaces/${namespace}/authorizationpolicies`,
});

async function complete(name: string): Promise<KubeObject> {
  return waitFor(
    async () => {
      const object = await kubernetes().client.get(profilePath(name));
      return object.metadata.finalizers?.includes('profile-finalizer') ? object : undefined;
    },
    { what: `profile ${name} to be complete` },
  );
}

const names = (objects: KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name).sort();

test('a profile becomes a namespace with the accounts, bindings, policy and quota of Kubeflow', async () => {
  const { client } = kubernetes();
  await client.apply(
    profile('team-a', 'alice@example.com', { resourceQuotaSpec: { hard: { cpu: '4', memory: '1024Mi' } } }),
  );
  const { metadata } = await complete('team-a');
  const owner = { kind: 'Profile', name: 'team-a', uid: metadata.uid };

  expect(await client.get('/api/v1/namespaces/team-a')).toMatchObject({
    metadata: {
      annotations: { owner: 'alice@example.com' },
      labels: {
        'istio-injection': 'enabled',
        'app.kubernetes.io/part-of': 'kubeflow-profile',
        'katib.kubeflow.org/metrics-collector-injection': 'enabled',
        'pipelines.kubeflow.org/enabled': 'true',
        'serving.kubeflow.org/inferenceservice': 'enabled',
      },
      ownerReferences: [owner],
    },
  });
  const paths = inNamespace('team-a');
  expect(names(await client.list(paths['accounts'] ?? ''))).toEqual([
    'default',
    'default-editor',
    'default-viewer',
  ]);
  expect(names(await client.list(paths['quotas'] ?? ''))).toEqual(['kf-resource-quota']);
  const bindings = await client.list(paths['bindings'] ?? '');
  expect(
    bindings.map(({ metadata: { name, annotations }, roleRef, subjects }) => ({
      name,
      annotations,
      roleRef,
      subjects,
    })),
  ).toEqual([
    {
      name: 'default-editor',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-edit' },
      subjects: [{ kind: 'ServiceAccount', name: 'default-editor', namespace: 'team-a' }],
    },
    {
      name: 'default-viewer',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-view' },
      subjects: [{ kind: 'ServiceAccount', name: 'default-viewer', namespace: 'team-a' }],
    },
    {
      name: 'namespaceAdmin',
      annotations: { user: 'alice@example.com', role: 'admin' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice@example.com' }],
    },
  ]);
  const [policy, ...others] = await client.list(paths['policies'] ?? '');
  expect(others).toEqual([]);
  expect(policy).toMatchObject({
    metadata: { name: 'ns-owner-access-istio', annotations: { user: 'alice@example.com', role: 'admin' } },
    spec: {
      action: 'ALLOW',
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
        { when: [{ key: 'source.namespace', values: ['team-a'] }] },
        { to: [{ operation: { paths: ['/healthz', '/metrics', '/wait-for-drain'] } }] },
        { to: [{ operation: { methods: ['GET'], paths: ['*/api/kernels'] } }] },
      ],
    },
  });
  expect(lines).toContain('[stand-in profile-controller] profile team-a of alice@example.com is complete');
});

test('the owner may do what kubeflow-admin allows in that namespace, and nothing in another', async () => {
  const { client } = kubernetes();
  await client.apply(profile('team-b', 'bob@example.com'));
  await complete('team-b');
  const may = async (namespace: string, verb: string, resource: string, apiGroup = ''): Promise<boolean> =>
    client.allowed({ user: 'bob@example.com', namespace, verb, resource, apiGroup });
  await eventually(async () => {
    expect(await may('team-b', 'create', 'notebooks', 'kubeflow.org')).toBe(true);
  });
  expect(await may('team-b', 'create', 'pods')).toBe(true);
  expect(await may('team-b', 'create', 'rolebindings', 'rbac.authorization.k8s.io')).toBe(true);
  expect(await may('team-b', 'create', 'authorizationpolicies', 'security.istio.io')).toBe(false);
  expect(await may('default', 'get', 'pods')).toBe(false);
});

test('view reads but no secrets, edit writes but no role bindings', async () => {
  const { client } = kubernetes();
  await client.applyAll([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'roles' } },
    ...['view', 'edit'].map((role) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: role, namespace: 'roles' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `kubeflow-${role}` },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: role }],
    })),
  ]);
  const may = async (user: string, verb: string, resource: string, apiGroup = ''): Promise<boolean> =>
    client.allowed({ user, namespace: 'roles', verb, resource, apiGroup });
  await eventually(async () => {
    expect(await may('view', 'get', 'pods')).toBe(true);
  });
  expect(await may('view', 'get', 'notebooks', 'kubeflow.org')).toBe(true);
  expect(await may('view', 'get', 'secrets')).toBe(false);
  expect(await may('view', 'create', 'pods')).toBe(false);
  await eventually(async () => {
    expect(await may('edit', 'get', 'secrets')).toBe(true);
  });
  expect(await may('edit', 'delete', 'notebooks', 'kubeflow.org')).toBe(true);
  expect(await may('edit', 'create', 'rolebindings', 'rbac.authorization.k8s.io')).toBe(false);
});

test('a namespace that exists without the owner is refused, and left as it was', async () => {
  const { client } = kubernetes();
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'taken' } });
  await client.apply(profile('taken', 'mallory@example.com'));
  const { status } = await waitFor(
    async () => {
      const object = await client.get(profilePath('taken'));
      return object['status'] === undefined ? undefined : object;
    },
    { what: 'the refusal' },
  );
  expect(status).toMatchObject({ conditions: [{ type: 'Failed', status: 'True' }] });
  const namespace = await client.get('/api/v1/namespaces/taken');
  expect(namespace.metadata.annotations?.['owner']).toBeUndefined();
  expect(await client.list(inNamespace('taken')['bindings'] ?? '')).toEqual([]);
});

test('a changed owner is ignored', async () => {
  const { client } = kubernetes();
  await client.apply(profile('team-c', 'carol@example.com'));
  await complete('team-c');
  await client.apply(profile('team-c', 'mallory@example.com'));
  await waitFor(async () => (await client.get(profilePath('team-c')))['status'], {
    what: 'the change to be noticed',
  });
  const binding = await client.get(`${inNamespace('team-c')['bindings'] ?? ''}/namespaceAdmin`);
  expect(binding['subjects']).toMatchObject([{ name: 'carol@example.com' }]);
  expect((await client.get('/api/v1/namespaces/team-c')).metadata.annotations?.['owner']).toBe(
    'carol@example.com',
  );
});

test('a deleted and an edited object come back, and at rest nothing is written', async () => {
  const { client, audit } = kubernetes();
  await client.apply(
    profile('team-d', 'dora@example.com', { resourceQuotaSpec: { hard: { memory: '1024Mi' } } }),
  );
  await complete('team-d');
  const { bindings = '', policies = '' } = inNamespace('team-d');
  await client.remove(`${bindings}/namespaceAdmin`);
  await client.json({
    path: `${policies}/ns-owner-access-istio`,
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { spec: { rules: [] } },
  });
  await waitFor(async () => client.find(`${bindings}/namespaceAdmin`), { what: 'the binding to come back' });
  await waitFor(
    async () => {
      const { spec } = await client.get(`${policies}/ns-owner-access-istio`);
      return (spec as { rules?: object[] }).rules?.length === 4;
    },
    { what: 'the policy to be repaired' },
  );

  const mark = await audit.mark();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const user = 'system:serviceaccount:kubeflow:profiles-controller-service-account';
  expect((await audit.countSince(mark, user)).writes).toBe(0);
});

test('a deleted profile takes its namespace along', async () => {
  const { client, kubectl } = kubernetes();
  await client.apply(profile('team-e', 'erin@example.com'));
  await complete('team-e');
  await kubectl(['delete', 'profile', 'team-e', '--wait', '--timeout=30s']);
  await waitFor(async () => (await client.find('/api/v1/namespaces/team-e')) === undefined, {
    what: 'the namespace to go',
    // The garbage collector learns of new kinds every 30 s.
    timeoutMs: 90_000,
    intervalMs: 500,
  });
}, 120_000);
