import type { KubernetesClient } from '../../../adapters/kubernetes/client';
import {
  ApplyError,
  clusterObjects,
  isWebhookStarting,
  type ClusterObjects,
} from '../../../builds/kubernetes/cluster-objects';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { surplusFields } from '../../../builds/kubernetes/surplus-fields';
import { useControlPlane } from '../../support/control-plane';
import { eventually } from '../../isolation/support';
import { patientClientOf } from '../../support/patient-client';

const kubernetes = useControlPlane();
let client: KubernetesClient;
let objects: ClusterObjects;

beforeAll(() => {
  client = patientClientOf(kubernetes());
  objects = clusterObjects(client);
});
afterAll(() => {
  client.close();
});

const settings = (name: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { key: 'value' },
  ...more,
});

const definition: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

const failureOf = async (applied: readonly KubernetesObject[]): Promise<unknown> =>
  objects.apply(applied).catch((error: unknown) => error);

test('what is there is found, in the order asked, and nothing of a kind that is not defined', async () => {
  await objects.apply([settings('first'), settings('second')]);
  const asked = [
    settings('second'),
    settings('absent'),
    { apiVersion: 'absent.example.com/v1', kind: 'Absent', metadata: { name: 'one' } },
    settings('first'),
  ];
  expect((await objects.get(asked)).map(({ metadata }) => metadata.name)).toEqual(['second', 'first']);
});

test('a manifest without a namespace goes into the default one, and a cluster-wide one into none', async () => {
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules: [] };
  const stray = { ...role, metadata: { name: 'stray', namespace: 'default' } };
  const unplaced = settings('unplaced', { metadata: { name: 'unplaced' } });
  await objects.apply([unplaced, stray]);
  expect(await objects.get([unplaced, stray])).toMatchObject([
    { metadata: { namespace: 'default' } },
    { metadata: { name: 'stray' } },
  ]);
});

test('a field that is not wanted any more is told and goes; what somebody else has set beside it stays', async () => {
  const wanted = settings('shrinking', { data: { kept: 'a' } });
  await objects.apply([settings('shrinking', { data: { kept: 'a', retired: 'b' } })]);
  await client.merge(
    { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' },
    { name: 'shrinking', namespace: 'default' },
    { data: { theirs: 'c' } },
  );
  const look = async () => (await objects.get([wanted]))[0] ?? wanted;
  expect(surplusFields(await look(), wanted)).toEqual(['data.retired']);
  await objects.apply([wanted]);
  expect(await look()).toMatchObject({ data: { kept: 'a', theirs: 'c' } });
  expect(surplusFields(await look(), wanted)).toEqual([]);
});

test('a kind that was unknown before is known once it is defined', async () => {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'one' } };
  expect(String(await failureOf([widget]))).toContain(
    'no matches for kind "Widget" in version "example.com/v1"',
  );
  await objects.apply([definition]);
  await eventually(async () => {
    await objects.apply([widget]);
  });
  expect(await objects.get([widget])).toHaveLength(1);
});

test('what others manage becomes ours', async () => {
  await objects.apply([settings('theirs')]);
  const patch = [
    'patch',
    'configmap',
    'theirs',
    '--patch',
    '{"data":{"key":"other"}}',
    '--field-manager=them',
  ];
  await kubernetes().kubectl(patch);
  await objects.apply([settings('theirs')]);
  expect(await objects.get([settings('theirs')])).toMatchObject([{ data: { key: 'value' } }]);
});

test('all that is refused is told with its reason, and what stands after it is applied', async () => {
  const failure = await failureOf([
    settings('misspelled', { datum: {} }),
    settings('homeless', { metadata: { name: 'homeless', namespace: 'absent' } }),
    settings('after'),
  ]);
  expect(failure).toBeInstanceOf(ApplyError);
  expect((failure as ApplyError).refused).toEqual([
    {
      object: 'ConfigMap default/misspelled',
      why: expect.stringContaining('.datum: field not declared in schema') as string,
    },
    {
      object: 'ConfigMap absent/homeless',
      why: expect.stringContaining('namespaces "absent" not found') as string,
    },
  ]);
  expect(isWebhookStarting(failure)).toBe(false);
  expect(await objects.get([settings('after')])).toHaveLength(1);
});

test('a webhook without a program is told from what has failed', async () => {
  await objects.apply([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'starting' },
      webhooks: [
        {
          name: 'starting.example.com',
          clientConfig: { service: { namespace: 'default', name: 'absent', path: '/' } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['secrets'] }],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    },
  ]);
  const secret = settings('guarded', { kind: 'Secret', data: {} });
  await eventually(async () => {
    const failure = await failureOf([secret]);
    expect(String(failure)).toContain('failed calling webhook "starting.example.com"');
    expect(isWebhookStarting(failure)).toBe(true);
  });
});
