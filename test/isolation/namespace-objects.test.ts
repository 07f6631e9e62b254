import type { KubernetesClient } from '../../adapters/kubernetes/client';
import { resources } from '../../adapters/kubernetes/resources';
import { TenantAdmission } from '../../isolation/admission';
import { giveNamespaceObjects, pipelinesTokenSpec } from '../../isolation/namespace-objects';
import { managedByLabel } from '../../core/naming';
import { waitFor } from '../../local/processes/wait-for';
import { useControlPlane } from '../support/control-plane';
import { makeTenant, prepareCluster, profileManager, profileManagerClient, statusOf } from './support';

const kubernetes = useControlPlane();
let client: KubernetesClient;
const admission = new TenantAdmission();
const tenants = ['red', 'green'];

const pull = (version: string, password = 'secret') => ({
  version,
  value: JSON.stringify({ auths: { 'registry.acme.example': { auth: password } } }),
});
/** One pass of the re-sync, with the requests that it takes. */
async function pass(options: { token?: boolean; image?: Parameters<typeof giveNamespaceObjects>[2] }) {
  const scope = client.scope();
  const report = await giveNamespaceObjects(
    { cluster: { client: scope, admission }, namespaces: tenants },
    { pipelines_token: options.token ?? false },
    options.image,
  );
  return { ...report, requests: { ...scope.requests } };
}
interface Present {
  metadata: { name: string; labels?: Record<string, string> };
  data?: Record<string, string>;
  spec?: unknown;
  imagePullSecrets?: { name: string }[];
}
const read = async (path: string): Promise<Present | undefined> => {
  const { status, body } = await kubernetes().client.raw({ path });
  return status === 200 ? (JSON.parse(body) as Present) : undefined;
};
const secretOf = (namespace: string) =>
  read(`/api/v1/namespaces/${namespace}/secrets/kubeflow-eks-image-pull`);
const podDefaultOf = (namespace: string) =>
  read(`/apis/kubeflow.org/v1alpha1/namespaces/${namespace}/poddefaults/access-ml-pipeline`);
const accountOf = (namespace: string, name: string) =>
  read(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}`);

beforeAll(async () => {
  await prepareCluster(kubernetes());
  client = profileManagerClient(kubernetes());
  for (const name of [...tenants, 'theirs']) {
    await makeTenant(kubernetes().client, name);
    await kubernetes().client.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default-editor', namespace: name },
      ...(name === 'green' && { imagePullSecrets: [{ name: 'their-own' }] }),
    });
    // The controller manager makes it a moment after the namespace.
    await waitFor(async () => (await accountOf(name, 'default')) !== undefined, { what: 'account default' });
  }
});
afterAll(() => {
  client.close();
});

test('nothing that is asked for costs two reads and no write', async () => {
  expect(await pass({})).toEqual({ written: 0, failures: [], requests: { read: 2, write: 0 } });
});

test('a token for Pipelines is given to every namespace, mended, and taken away; what others made stays', async () => {
  const manual = {
    apiVersion: 'kubeflow.org/v1alpha1',
    kind: 'PodDefault',
    metadata: { name: 'access-ml-pipeline', namespace: 'green' },
    spec: { selector: { matchLabels: { mine: 'true' } } },
  };
  await kubernetes().client.apply(manual);
  expect(await pass({ token: true })).toMatchObject({ written: 1, failures: [] });
  expect((await podDefaultOf('red'))?.spec).toEqual(pipelinesTokenSpec);
  expect((await podDefaultOf('green'))?.spec).toEqual(manual.spec);
  expect(await pass({ token: true })).toMatchObject({ written: 0, requests: { write: 0 } });

  await client
    .merge(
      resources.podDefaults,
      { namespace: 'red', name: 'access-ml-pipeline' },
      { spec: { desc: 'another' } },
    )
    .catch(() => undefined);
  expect((await podDefaultOf('red'))?.spec).toMatchObject({ desc: 'another' });
  expect(await pass({ token: true })).toMatchObject({ written: 1, failures: [] });
  expect((await podDefaultOf('red'))?.spec).toEqual(pipelinesTokenSpec);

  expect(await pass({})).toMatchObject({ written: 1, failures: [] });
  expect(await podDefaultOf('red')).toBeUndefined();
  expect((await podDefaultOf('green'))?.spec).toEqual(manual.spec);
});

test('a Secret to pull with is given, named by the accounts, exchanged with its value, and taken away', async () => {
  expect(await pass({ image: pull('one') })).toMatchObject({ written: 6, failures: [] });
  const value = async (namespace: string) =>
    Buffer.from((await secretOf(namespace))?.data?.['.dockerconfigjson'] ?? '', 'base64').toString();
  expect(await value('red')).toBe(pull('one').value);
  expect((await accountOf('green', 'default-editor'))?.imagePullSecrets).toEqual([
    { name: 'their-own' },
    { name: 'kubeflow-eks-image-pull' },
  ]);
  expect(await pass({ image: pull('one') })).toMatchObject({ written: 0, requests: { write: 0 } });

  expect(await pass({ image: pull('two', 'rotated') })).toMatchObject({ written: 2, failures: [] });
  expect(await value('green')).toBe(pull('two', 'rotated').value);

  // What cannot be read takes nothing away.
  const unreadable = await pass({ image: 'unreadable' });
  expect(unreadable).toMatchObject({ written: 0, failures: [], requests: { write: 0 } });
  expect(await value('red')).toBe(pull('two', 'rotated').value);

  expect(await pass({})).toMatchObject({ written: 6, failures: [] });
  expect(await secretOf('red')).toBeUndefined();
  expect((await accountOf('green', 'default-editor'))?.imagePullSecrets).toEqual([{ name: 'their-own' }]);
  expect((await accountOf('red', 'default'))?.imagePullSecrets).toBeUndefined();
  expect(await pass({})).toMatchObject({ written: 0, requests: { read: 2, write: 0 } });
});

describe('the right to it is to these names and these contents', () => {
  const labelled = (name: string, namespace = 'red') => ({
    name,
    namespace,
    labels: { [managedByLabel.key]: managedByLabel.value },
  });
  const podDefault = (name: string, change: object = {}, namespace = 'red') =>
    statusOf(
      client.apply(
        resources.podDefaults,
        {
          ...{ apiVersion: 'kubeflow.org/v1alpha1', kind: 'PodDefault' },
          metadata: labelled(name, namespace),
          spec: { ...pipelinesTokenSpec, ...change },
        },
        { force: true },
      ),
    );
  const secret = (name: string, type: string, namespace = 'red') =>
    statusOf(
      client.apply(
        resources.secrets,
        {
          ...{ apiVersion: 'v1', kind: 'Secret' },
          metadata: labelled(name, namespace),
          ...{ type, data: { '.dockerconfigjson': Buffer.from('{"auths":{}}').toString('base64') } },
        },
        { force: true },
      ),
    );

  test('PodDefaults', async () => {
    expect(await podDefault('access-ml-pipeline')).toBe(200);
    expect(await podDefault('another')).toBe(403);
    for (const change of [
      { sidecars: [{ name: 'theirs', image: 'theirs' }] },
      { serviceAccountName: 'default-editor' },
      { selector: { matchLabels: { app: 'anything' } } },
      { env: [{ name: 'LD_PRELOAD', value: '/theirs' }] },
      { command: ['sh'] },
      { volumes: [{ name: 'host', hostPath: { path: '/' } }] },
    ])
      expect([change, await podDefault('access-ml-pipeline', change)]).toEqual([change, 403]);
    expect(await podDefault('access-ml-pipeline', {}, 'kubeflow')).not.toBe(200);
    await pass({});
  });

  test('Secrets, of which it reads the one', async () => {
    expect(await secret('kubeflow-eks-image-pull', 'kubernetes.io/dockerconfigjson')).toBe(200);
    expect(await secret('mlpipeline-minio-artifact', 'kubernetes.io/dockerconfigjson')).toBe(403);
    expect(await secret('kubeflow-eks-image-pull', 'Opaque', 'green')).toBe(403);
    const list = (fieldSelector?: string) =>
      statusOf(client.list(resources.secrets, fieldSelector === undefined ? {} : { fieldSelector }));
    expect(await list('metadata.name=kubeflow-eks-image-pull')).toBe(200);
    expect(await list('metadata.name=default-token')).toBe(403);
    expect(await list()).toBe(403);
    await pass({});
  });

  test('service accounts', async () => {
    const account = (change: object) =>
      statusOf(client.merge(resources.serviceAccounts, { namespace: 'red', name: 'default-editor' }, change));
    expect(await account({ metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn' } } })).toBe(403);
    expect(await account({ automountServiceAccountToken: false })).toBe(403);
    for (const [verb, resource, name] of [
      ['create', 'serviceaccounts', 'default-editor'],
      ['patch', 'serviceaccounts', 'default-viewer'],
      ['get', 'secrets', 'kubeflow-eks-image-pull'],
      ['patch', 'secrets', 'mlpipeline-minio-artifact'],
    ] as const)
      expect([
        name,
        await kubernetes().client.allowed({ ...profileManager, namespace: 'red', verb, resource, name }),
      ]).toEqual([name, false]);
  });
});
