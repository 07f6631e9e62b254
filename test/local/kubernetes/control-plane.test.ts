import { programs } from '../../../local/programs/table';
import { KubeClient } from '../../../local/kubernetes/kube-client';
import { eventually } from '../../isolation/support';
import { useControlPlane } from '../../support/control-plane';

const kubernetes = useControlPlane();

test('the API server reports the version that it was built from and is ready', async () => {
  const { client, kubectl } = kubernetes();
  expect(await client.raw({ path: '/readyz' })).toEqual({ status: 200, body: 'ok' });
  const { stdout } = await kubectl(['version', '-o', 'json']);
  expect(JSON.parse(stdout)).toMatchObject({
    serverVersion: { gitVersion: programs['control-plane'].version, major: '1', minor: '35' },
  });
});

test('an unknown bearer token is not let in', async () => {
  const { endpoint, caPem } = kubernetes();
  const stranger = new KubeClient({ endpoint, caPem, token: 'guessed' });
  expect((await stranger.raw({ path: '/api/v1/namespaces' })).status).toBe(401);
  stranger.close();
});

test('no storage class is there before somebody makes one', async () => {
  expect(await kubernetes().client.list('/apis/storage.k8s.io/v1/storageclasses')).toEqual([]);
});

describe('RBAC', () => {
  const alice = { user: 'alice@example.com' };

  beforeAll(async () => {
    const { client } = kubernetes();
    await client.applyAll([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'rbac' } },
      role('binder', [
        { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: ['create'] },
      ]),
      binding('binder', 'binder', alice.user),
    ]);
  });

  test('who has no binding may do nothing', async () => {
    const { client } = kubernetes();
    expect(await client.allowed({ user: 'bob', namespace: 'rbac', verb: 'get', resource: 'pods' })).toBe(
      false,
    );
    expect((await client.raw({ path: '/api/v1/namespaces/rbac/pods', as: { user: 'bob' } })).status).toBe(
      403,
    );
  });

  test('who may create role bindings still needs the verb bind on the role that is bound', async () => {
    const { client } = kubernetes();
    const create = async (): Promise<number> =>
      (
        await client.raw({
          path: '/apis/rbac.authorization.k8s.io/v1/namespaces/rbac/rolebindings',
          method: 'POST',
          body: binding('granted', 'edit', 'carol'),
          as: alice,
        })
      ).status;
    // Else the refusal would only say that alice's first right is not known yet.
    await eventually(async () => {
      const may = { user: alice.user, namespace: 'rbac', verb: 'create', resource: 'rolebindings' };
      expect(await client.allowed({ ...may, apiGroup: 'rbac.authorization.k8s.io' })).toBe(true);
    });
    expect(await create()).toBe(403);

    const bind = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['bind'] };
    await client.applyAll([
      role('bind-edit', [{ ...bind, resourceNames: ['edit'] }]),
      binding('bind', 'bind-edit', alice.user),
    ]);
    await eventually(async () => {
      expect(await create()).toBe(201);
    });
    await eventually(async () => {
      expect(
        await client.allowed({ user: 'carol', namespace: 'rbac', verb: 'create', resource: 'pods' }),
      ).toBe(true);
    });
  });

  const role = (name: string, rules: object[]): object => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules,
  });
  const binding = (name: string, clusterRole: string, user: string): object => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, namespace: 'rbac' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
});

test('a deleted namespace goes away with all that is in it', async () => {
  const { client, kubectl } = kubernetes();
  await client.applyAll([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'going' } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'in-it', namespace: 'going' },
      data: { a: 'b' },
    },
  ]);
  await kubectl(['delete', 'namespace', 'going', '--wait', '--timeout=50s']);
  expect(await client.find('/api/v1/namespaces/going')).toBeUndefined();
});

test("the audit log counts one user's reads and writes and nobody else's", async () => {
  const { client, audit } = kubernetes();
  const user = 'system:serviceaccount:default:counted';
  const mark = await audit.mark();
  const as = { user, groups: ['system:masters'] };
  await client.json({ path: '/api/v1/namespaces', as });
  await client.json({ path: '/api/v1/namespaces/default/configmaps?limit=1', as });
  await client.json({
    path: '/api/v1/namespaces/default/configmaps',
    method: 'POST',
    body: { metadata: { name: 'counted' } },
    as,
  });
  await client.raw({ path: '/version', as });
  await client.get('/api/v1/namespaces/default');

  expect(await audit.countSince(mark, user)).toEqual({ reads: 2, writes: 1, other: 1 });
  expect(await audit.since(mark, user)).toContainEqual(
    expect.objectContaining({ verb: 'create', resource: 'configmaps', namespace: 'default', code: 201 }),
  );
  expect(await audit.countSince(await audit.mark(), user)).toEqual({ reads: 0, writes: 0, other: 0 });
});
