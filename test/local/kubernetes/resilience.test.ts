import { startControlPlane, type ControlPlane } from '../../../local/kubernetes/control-plane';
import { installKubeflowApi } from '../../../local/kubernetes/kubeflow-api';
import { startProfileController } from '../../../local/kubernetes/stand-ins/profile-controller';
import type { StandIn } from '../../../local/kubernetes/stand-ins/stand-in';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { waitFor } from '../../../local/processes/wait-for';

let dir: TempDir;
let kubernetes: ControlPlane;
let controller: StandIn;
const lines: string[] = [];

beforeAll(async () => {
  dir = await makeTempDir('kfe-cp-');
  kubernetes = await start();
  controller = startProfileController({ client: kubernetes.client, onLine: (line) => lines.push(line) });
}, 25 * 60_000);

afterAll(async () => {
  await controller.stop();
  await kubernetes.stop();
  await dir.remove();
});

async function start(): Promise<ControlPlane> {
  const onProgress = (message: string): boolean => process.stderr.write(`${message}\n`);
  return startControlPlane({ dir: dir.path, clusterName: 'test', onProgress });
}

async function makeProfile(name: string): Promise<void> {
  await kubernetes.client.apply({
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata: { name },
    spec: { owner: { kind: 'User', name: 'alice@example.com' } },
  });
  await waitFor(
    async () => {
      const { metadata } = await kubernetes.client.get(`/apis/kubeflow.org/v1/profiles/${name}`);
      return metadata.finalizers?.includes('profile-finalizer');
    },
    { what: `profile ${name} to be complete` },
  );
}

const policyPath = (namespace: string): string =>
  `/apis/security.istio.io/v1/namespaces/${namespace}/authorizationpolicies/ns-owner-access-istio`;

test('profiles work with the Istio of Kubeflow 1.2, and get their policy when a current one comes', async () => {
  const { client } = kubernetes;
  await installKubeflowApi(client, { istio: 'v1alpha1' });
  await makeProfile('old');
  const groups = await client.get<{ groups: { name: string }[] }>('/apis');
  expect(groups.groups.map(({ name }) => name)).toContain('rbac.istio.io');
  expect(groups.groups.map(({ name }) => name)).not.toContain('security.istio.io');
  const binding = await client.apply({
    apiVersion: 'rbac.istio.io/v1alpha1',
    kind: 'ServiceRoleBinding',
    metadata: { name: 'user-bob', namespace: 'old' },
    spec: {
      roleRef: { kind: 'ServiceRole', name: 'ns-access-istio' },
      subjects: [{ properties: { 'request.headers[kubeflow-userid]': 'bob@example.com' } }],
    },
  });
  expect(binding['spec']).toMatchObject({ roleRef: { name: 'ns-access-istio' } });

  await installKubeflowApi(client);
  await waitFor(async () => client.find(policyPath('old')), { what: 'the policy of the older profile' });
});

test('the profile controller outlives a restart of the API server, whose stop does not wait for its watches', async () => {
  const before = Date.now();
  await kubernetes.stop();
  // After 10 s it would have been killed.
  expect(Date.now() - before).toBeLessThan(8_000);
  await waitFor(() => lines.some((line) => line.includes('ECONNREFUSED')), {
    what: 'the controller to notice',
  });
  const { endpoint } = kubernetes;
  kubernetes = await start();
  expect(kubernetes.endpoint).toBe(endpoint);
  await makeProfile('after');
  expect(await kubernetes.client.find(policyPath('after'))).toBeDefined();
});
