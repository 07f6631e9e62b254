import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { defined } from '../../core/defined';
import { programAudience } from '../../builds/kubeflow/overlay/request-authentication';
import { waitFor } from '../../local/processes/wait-for';
import { useControlPlane } from '../support/control-plane';
import { makeTenant } from './support';

const kubernetes = useControlPlane();
const rbac = join(__dirname, '../../builds/kubeflow/rbac');

interface Answer {
  status: number;
  body: string;
}

/** Makes an object without keeping it: the policies see it all the same. */
async function attempt(path: string, body: object, options: { keep?: boolean } = {}): Promise<Answer> {
  const { status, body: text } = await kubernetes().client.raw({
    path: options.keep === true ? path : `${path}?dryRun=All`,
    method: 'POST',
    body,
  });
  return { status, body: text };
}

const secret = (namespace: string, type: string): Promise<Answer> =>
  attempt(`/api/v1/namespaces/${namespace}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'left-behind', annotations: { 'kubernetes.io/service-account.name': 'default' } },
    type,
  });

const token = (spec: object): Promise<Answer> =>
  attempt(
    '/api/v1/namespaces/team-a/serviceaccounts/default/token',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
    { keep: true },
  );

const service = (spec: object, namespace = 'team-a'): Promise<Answer> =>
  attempt(`/api/v1/namespaces/${namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { ports: [{ port: 80 }], ...spec },
  });

const ingress = (namespace: string, name = 'web', keep = false): Promise<Answer> =>
  attempt(
    `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, finalizers: ['ingress.k8s.aws/resources'] },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    },
    { keep },
  );

/** Whom a notebook of team-a is. */
const editor = { user: 'system:serviceaccount:team-a:default-editor', groups: ['system:authenticated'] };

/** What Kubeflow's role for editing says of Endpoints (`common/kubeflow-roles`), in a namespace. */
const editorOf = (namespace: string): object[] => [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'edit', namespace },
    rules: [{ apiGroups: [''], resources: ['endpoints'], verbs: ['create', 'patch', 'update'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'edit', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'edit' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: editor.user }],
  },
];

/** Leads a Service to an address of another namespace's pod. */
async function endpoints(namespace: string, as?: typeof editor): Promise<Answer> {
  const { status, body } = await kubernetes().client.raw({
    ...defined({ as }),
    path: `/api/v1/namespaces/${namespace}/endpoints?dryRun=All`,
    method: 'POST',
    body: {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'model-registry' },
      subsets: [{ addresses: [{ ip: '10.0.3.7' }], ports: [{ name: 'http-api', port: 8080 }] }],
    },
  });
  return { status, body };
}

beforeAll(async () => {
  const { client } = kubernetes();
  await makeTenant(client, 'team-a');
  await client.apply({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'team-a' },
  });
  // Published before there was a policy.
  expect((await ingress('team-a', 'earlier', true)).status).toBe(201);
  await makeTenant(client, 'showroom');
  await client.json({
    path: '/api/v1/namespaces/showroom',
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels: { 'kubeflow-eks/may-publish': 'true' } } },
  });
  for (const file of ['service-account-tokens.yaml', 'tenant-publishing.yaml', 'tenant-endpoints.yaml']) {
    const documents = parseAllDocuments(await readFile(join(rbac, file), 'utf8'));
    await client.applyAll(documents.map((document) => document.toJS() as object));
  }
  for (const namespace of ['team-a', 'default']) await client.applyAll(editorOf(namespace));
  const inForce = [
    () => secret('team-a', 'kubernetes.io/service-account-token'),
    () => ingress('team-a'),
    () => token({ audiences: [programAudience], expirationSeconds: 7200 }),
  ];
  // RBAC takes a moment as well, and refuses until then.
  await waitFor(
    async () =>
      (await endpoints('team-a', editor)).body.includes('selector') &&
      (await endpoints('default', editor)).status === 201,
    { what: 'the role and the policy to be in force', timeoutMs: 60_000 },
  );
  for (const probe of inForce)
    await waitFor(async () => (await probe()).status === 403, {
      what: 'the policy to be in force',
      timeoutMs: 60_000,
    });
});

test.each([
  ['team-a', 'kubernetes.io/service-account-token', 403],
  ['team-a', 'Opaque', 201],
  ['default', 'kubernetes.io/service-account-token', 201],
])('somebody who leaves takes no token along that never ends: %s, %s', async (namespace, type, status) => {
  const answer = await secret(namespace, type);
  expect(answer.status).toBe(status);
  if (status === 403) expect(answer.body).toContain('never expires');
});

test.each([
  ['an hour', { audiences: [programAudience], expirationSeconds: 3600 }, 201],
  ['what is the default', { audiences: [programAudience] }, 201],
  ['a day', { audiences: [programAudience], expirationSeconds: 86_400 }, 403],
  [
    'an hour, for the API server too',
    { audiences: [programAudience, 'https://kubernetes.default.svc'] },
    403,
  ],
  ['a day, for somebody else', { audiences: ['sts.amazonaws.com'], expirationSeconds: 86_400 }, 201],
  ['a day, for the API server', { expirationSeconds: 86_400 }, 201],
])('a token that the gateway takes lives for an hour at most: %s', async (_, spec, status) => {
  expect((await token(spec)).status).toBe(status);
});

test.each([
  ['within the cluster', {}, 201],
  ['of no type', { type: 'ClusterIP' }, 201],
  ['a load balancer of its own', { type: 'LoadBalancer' }, 403],
  ['a port of every node', { type: 'NodePort' }, 403],
  ['an address of somebody else', { externalIPs: ['203.0.113.7'] }, 403],
])('a tenant publishes no Service: %s', async (_, spec, status) => {
  expect((await service(spec)).status).toBe(status);
});

test('nor an Ingress, but where an administrator lets one, and outside of Profiles', async () => {
  expect([
    (await ingress('team-a')).status,
    (await ingress('showroom')).status,
    (await service({ type: 'LoadBalancer' }, 'showroom')).status,
    (await ingress('default')).status,
  ]).toEqual([403, 201, 201, 201]);
});

test('what was published before can be let go, and not be changed', async () => {
  const path = '/apis/networking.k8s.io/v1/namespaces/team-a/ingresses/earlier';
  const patch = async (body: object): Promise<number> =>
    (
      await kubernetes().client.raw({
        path,
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body,
      })
    ).status;
  expect(await patch({ spec: { defaultBackend: { service: { name: 'other' } } } })).toBe(403);
  expect(await patch({ metadata: { finalizers: null } })).toBe(200);
});

test('a tenant leads no Service to pods of another namespace; who may do so anywhere may here', async () => {
  const theirs = await endpoints('team-a', editor);
  expect([theirs.status, (await endpoints('team-a')).status]).toEqual([403, 201]);
  expect(theirs.body).toContain('decided by its selector');
  // Outside of Profiles RBAC alone decides.
  expect((await endpoints('default', editor)).status).toBe(201);
});
