import type { KubernetesClient } from '../../adapters/kubernetes/client';
import { TenantAdmission } from '../../isolation/admission';
import { resources } from '../../adapters/kubernetes/resources';
import type { RoleBinding } from '../../adapters/kubernetes/types';
import { kubernetesGroups, managedByLabel } from '../../core/naming';
import { useControlPlane } from '../support/control-plane';
import { login, makeTenant, prepareCluster, profileManager, profileManagerClient, statusOf } from './support';
import { defined } from '../../core/defined';

const kubernetes = useControlPlane();
let client: KubernetesClient;

beforeAll(async () => {
  const cluster = kubernetes();
  await prepareCluster(cluster);
  client = profileManagerClient(cluster);
  await makeTenant(cluster.client, 'tenant');
  await login(client, 'first@example.com', ['tenant']);
});
afterAll(() => {
  client.close();
});

const rbac = 'rbac.authorization.k8s.io';
const review = (
  namespace: string | undefined,
  verb: string,
  resource: string,
  apiGroup = '',
  name?: string,
) =>
  kubernetes().client.allowed({
    ...profileManager,
    ...defined({ namespace, name }),
    verb,
    resource,
    apiGroup,
  });

describe('the profile manager, by review', () => {
  test.each(['kube-system', 'kubeflow', 'istio-system', 'default', 'tenant'])(
    'reads no secret in %s',
    async (namespace) => {
      for (const verb of ['get', 'list', 'watch'])
        expect(await review(namespace, verb, 'secrets')).toBe(false);
    },
  );

  test.each(['kube-system', 'kubeflow', 'istio-system', 'default', 'never-entered'])(
    'writes nothing in %s',
    async (namespace) => {
      for (const verb of ['create', 'update', 'patch', 'delete', 'deletecollection']) {
        for (const [resource, group] of [
          ['rolebindings', rbac],
          ['roles', rbac],
          ['authorizationpolicies', 'security.istio.io'],
          ['pods', ''],
          ['configmaps', ''],
          ['secrets', ''],
          ['serviceaccounts', ''],
          ['deployments', 'apps'],
        ] as const) {
          expect([verb, resource, await review(namespace, verb, resource, group)]).toEqual([
            verb,
            resource,
            false,
          ]);
        }
      }
    },
  );

  test.each(['cluster-admin', 'admin', 'edit', 'system:node'])('binds not %s', async (role) => {
    expect(await review(undefined, 'bind', 'clusterroles', rbac, role)).toBe(false);
    expect(await review('tenant', 'bind', 'clusterroles', rbac, role)).toBe(false);
    expect(await review('kube-system', 'bind', 'clusterroles', rbac, role)).toBe(false);
  });

  test('may not escalate, impersonate, or bind cluster-wide', async () => {
    expect(await review(undefined, 'escalate', 'clusterroles', rbac)).toBe(false);
    expect(await review(undefined, 'create', 'clusterrolebindings', rbac)).toBe(false);
    expect(await review(undefined, 'create', 'clusterroles', rbac)).toBe(false);
    for (const resource of ['users', 'groups', 'serviceaccounts']) {
      expect(await review(undefined, 'impersonate', resource)).toBe(false);
    }
    expect(await review(undefined, 'bind', 'clusterroles', rbac, 'kubeflow-admin')).toBe(false);
  });

  test('does in a tenant that it has entered just what it is for', async () => {
    expect(await review('tenant', 'create', 'rolebindings', rbac)).toBe(true);
    expect(await review('tenant', 'bind', 'clusterroles', rbac, 'kubeflow-edit')).toBe(true);
    expect(await review('tenant', 'create', 'authorizationpolicies', 'security.istio.io')).toBe(true);
    expect(await review('tenant', 'create', 'pods')).toBe(false);
    expect(await review('tenant', 'update', 'rolebindings', rbac)).toBe(false);
    expect(await review(undefined, 'delete', 'profiles', 'kubeflow.org')).toBe(false);
    expect(await review(undefined, 'create', 'namespaces')).toBe(false);
  });
});

describe('the profile manager, by trying', () => {
  const binding = (namespace: string, changes: Partial<RoleBinding> = {}): RoleBinding => ({
    apiVersion: resources.roleBindings.apiVersion,
    kind: resources.roleBindings.kind,
    metadata: { namespace, name: 'tried', labels: { [managedByLabel.key]: managedByLabel.value } },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'kubeflow-edit' },
    subjects: [{ apiGroup: rbac, kind: 'User', name: 'someone@example.com' }],
    ...changes,
  });

  test.each(['kube-system', 'default', 'kubeflow'])('cannot let itself into %s', async (namespace) => {
    if (namespace === 'kubeflow') {
      await kubernetes().client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    }
    expect(await statusOf(new TenantAdmission().enter(client, namespace))).toBe(403);
  });

  test.each([
    ['cluster-admin', { roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' } }],
    [
      'to two users',
      { subjects: ['a@x.org', 'b@x.org'].map((name) => ({ apiGroup: rbac, kind: 'User', name })) },
    ],
    ['to everybody', { subjects: [{ apiGroup: rbac, kind: 'Group', name: 'system:authenticated' }] }],
    ['to a name of Kubernetes', { subjects: [{ apiGroup: rbac, kind: 'User', name: 'system:anonymous' }] }],
    ['without its label', { metadata: { namespace: 'tenant', name: 'tried' } }],
  ])('cannot bind %s in a tenant', async (_, changes) => {
    expect(await statusOf(client.create(resources.roleBindings, binding('tenant', changes)))).toBe(403);
  });

  test('cannot change or delete a binding that has not its label', async () => {
    await kubernetes().client.apply({
      ...binding('tenant'),
      metadata: { namespace: 'tenant', name: 'foreign' },
    });
    const address = { namespace: 'tenant', name: 'foreign' };
    expect(await statusOf(client.delete(resources.roleBindings, address))).toBe(403);
    const relabelled = binding('tenant', {
      metadata: { ...address, labels: { [managedByLabel.key]: managedByLabel.value } },
    });
    expect(await statusOf(client.apply(resources.roleBindings, relabelled, { force: true }))).toBe(403);
  });

  test('cannot give its own right in a tenant to another group', async () => {
    const own = binding('tenant', {
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'kubeflow-eks-tenant-access' },
      subjects: [{ apiGroup: rbac, kind: 'Group', name: 'everyone' }],
    });
    expect(await statusOf(client.create(resources.roleBindings, own))).toBe(403);
  });

  test('cannot make a Profile with plugins', async () => {
    const profile = {
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: { name: 'with-plugin' },
      spec: {
        owner: { kind: 'User', name: 'a@x.org' },
        plugins: [{ kind: 'AwsIamForServiceAccount', spec: {} }],
      },
    };
    expect(await statusOf(client.create(resources.profiles, profile))).toBe(403);
  });
});

test('an observer reads what reports need, and writes nothing', async () => {
  const observer = { user: 'test:observer', groups: [kubernetesGroups.observer] };
  const may = (verb: string, resource: string, apiGroup: string) =>
    kubernetes().client.allowed({ ...observer, namespace: 'tenant', verb, resource, apiGroup });
  expect(await may('list', 'rolebindings', rbac)).toBe(true);
  expect(await may('get', 'ingresses', 'networking.k8s.io')).toBe(true);
  expect(await may('get', 'secrets', '')).toBe(false);
  expect(await may('create', 'rolebindings', rbac)).toBe(false);
});
