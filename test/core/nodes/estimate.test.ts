import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { selectedComponents } from '../../../builds/kubeflow/components';
import { usualComponents } from '../../../core/configuration/schema';
import { componentPods, namedProfiles, podsElsewhere } from '../../../core/nodes/distribution-pods';
import { estimateRoom, type PlannedGroup } from '../../../core/nodes/estimate';
import { meshedNamespaces, podsIn } from '../../../core/nodes/requests';

const everything = selectedComponents([...usualComponents]).map(({ id }) => id);
const group = (type: string, nodes: number, changes: Partial<PlannedGroup['shape']> = {}): PlannedGroup => ({
  name: 'node group',
  nodes,
  volumeGiB: 100,
  isForGpus: false,
  shape: {
    type,
    vcpus: 2,
    memoryMiB: 8192,
    gpus: 0,
    interfaces: 3,
    addressesPerInterface: 10,
    architecture: 'amd64',
    ...changes,
  },
});

test('the default nodes have room for everything, and for tenants', () => {
  const { groups, waiting } = estimateRoom(everything, [group('m5.large', 4)]);
  expect(waiting).toEqual([]);
  const [{ allocatable, requested }] = groups as [(typeof groups)[0]];
  expect(allocatable.memoryMiB - requested.memoryMiB).toBeGreaterThan(8 * 1024);
  expect(requested.pods).toBeLessThan(allocatable.pods);
});

test('2 × t3.medium have not: too little memory for the large pods, too few addresses for the small', () => {
  const { waiting } = estimateRoom(everything, [
    group('t3.medium', 2, { memoryMiB: 4096, interfaces: 3, addressesPerInterface: 6 }),
  ]);
  const reasons = new Set(waiting.map(({ why }) => why));
  expect(waiting.length).toBeGreaterThan(10);
  expect([...reasons]).toContainEqual(
    expect.stringMatching(/^none of 2 nodes has room: .*insufficient memory/),
  );
  expect([...reasons]).toContainEqual(expect.stringMatching(/^none of 2 nodes has room: .*too many pods/));
});

test('Pipelines find no image on Graviton, the rest does', () => {
  const arm = group('m7g.large', 4, { architecture: 'arm64' });
  const { waiting } = estimateRoom(everything, [arm]);
  expect(waiting.map(({ pod }) => pod)).toContain('ml-pipeline');
  expect(new Set(waiting.map(({ why }) => why))).toEqual(
    new Set(['none of 4 nodes has room: 4 its image is for x86-64 alone']),
  );
  const others = everything.filter((id) => id !== 'pipelines');
  expect(estimateRoom(others, [arm]).waiting).toEqual([]);
});

test.each<[object, number, number]>([
  [{}, 0, 0],
  [{ artifacts: {} }, 1, 168],
  [{ database: {} }, 2, 840],
  [{ artifacts: {}, database: {} }, 3, 168 + 840],
])('with %j there is no pod for what is stored elsewhere: %i fewer', (configuration, pods, memoryMiB) => {
  const groups = [group('m5.large', 4)];
  const requested = (without?: ReadonlySet<string>) =>
    estimateRoom(everything, groups, without).groups[0]?.requested ?? { pods: 0, memoryMiB: 0 };
  const [all, left] = [requested(), requested(podsElsewhere(configuration))];
  expect([all.pods - left.pods, all.memoryMiB - left.memoryMiB]).toEqual([pods, memoryMiB]);
});

test('with artifacts each Profile takes a pod of the page, which finds no image on Graviton', () => {
  const requested = (profiles: number) =>
    estimateRoom(
      [...everything, ...Array.from({ length: profiles }, () => 'artifacts-of-a-profile')],
      [group('m5.large', 4)],
    ).groups[0]?.requested ?? { pods: 0, memoryMiB: 0 };
  const [none, three] = [requested(0), requested(3)];
  expect([three.pods - none.pods, three.memoryMiB - none.memoryMiB]).toEqual([3, 3 * 110]);
  const arm = group('m7g.large', 4, { architecture: 'arm64' });
  expect(estimateRoom(['artifacts-of-a-profile'], [arm]).waiting).toHaveLength(1);
});

test("what a Profile's page asks for is what its namespace gets, with the sidecar", () => {
  const hook = readFileSync(join(__dirname, '../../../builds/kubeflow/hooks/artifacts.py'), 'utf8');
  const [, cpu, memory] = /"requests": \{"cpu": "(\d+)m", "memory": "(\d+)Mi"\}/.exec(hook) ?? [];
  const objects = [
    { kind: 'Namespace', metadata: { name: 'team-a', labels: { 'istio-injection': 'enabled' } } },
    {
      kind: 'Deployment',
      metadata: { name: 'ml-pipeline-ui-artifact', namespace: 'team-a' },
      spec: {
        template: {
          spec: {
            containers: [
              {
                image: 'ghcr.io/kubeflow/kfp-frontend:2',
                resources: { requests: { cpu: `${cpu ?? ''}m`, memory: `${memory ?? ''}Mi` } },
              },
            ],
          },
        },
      },
    },
  ];
  expect(podsIn(objects, meshedNamespaces(objects))).toEqual(componentPods['artifacts-of-a-profile']);
});

test('the Profiles that a configuration names are counted once each', () => {
  const access = { namespaces: { 'team-a': {}, 'team-b': {} }, namespace_aliases: { 'Team A': 'team-a' } };
  const registry = { model_registry: { namespaces: ['team-b', 'team-c'] } };
  expect(namedProfiles({ access, kubeflow: registry })).toEqual(['team-a', 'team-b', 'team-c']);
  expect(namedProfiles({ access: { namespaces: {}, namespace_aliases: {} }, kubeflow: {} })).toEqual([]);
});

test('the driver of shared volumes takes a pod of every node, GPU nodes included, and two more', () => {
  const groups = [group('m5.large', 3), { ...group('g5.xlarge', 2, { gpus: 1 }), isForGpus: true }];
  const podsOf = (more: readonly string[]): (number | undefined)[] =>
    estimateRoom([...everything, ...more], groups).groups.map(({ requested }) => requested.pods);
  const [before, after] = [podsOf([]), podsOf(['shared-volumes'])];
  expect(after.map((pods, index) => (pods ?? 0) - (before[index] ?? 0))).toEqual([3 + 2, 2]);
});

test('nodes for GPUs are for what asks for one, and a group of none has room for nothing', () => {
  const gpus = { ...group('g5.xlarge', 2, { gpus: 1 }), isForGpus: true };
  const { groups, waiting } = estimateRoom(['katib'], [group('m5.large', 0), gpus]);
  expect(waiting.map(({ why }) => why)).toContain('none of 0 nodes has room');
  // What runs on every node runs there, too.
  expect(groups[1]?.requested.pods).toBe(8);
});

test('requests are read from what is rendered: sidecars, what runs before, and what runs on every node', () => {
  const workload = (kind: string, name: string, pod: object, more: object = {}): object => ({
    kind,
    metadata: { name, namespace: 'kubeflow' },
    spec: { ...more, template: pod },
  });
  const container = (cpu: string, more: object = {}): object => ({
    resources: { requests: { cpu, memory: '64Mi' } },
    ...more,
  });
  const objects = [
    { kind: 'Namespace', metadata: { name: 'kubeflow', labels: { 'istio-injection': 'enabled' } } },
    workload(
      'Deployment',
      'web',
      { spec: { containers: [container('100m'), container('50m')] } },
      { replicas: 2 },
    ),
    workload('StatefulSet', 'store', {
      metadata: { labels: { 'sidecar.istio.io/inject': 'false' } },
      spec: { containers: [container('10m')], initContainers: [container('500m')] },
    }),
    workload('DaemonSet', 'agent', {
      spec: {
        containers: [{ image: 'ghcr.io/kubeflow/kfp-frontend:1', resources: { limits: { cpu: '1' } } }],
        nodeSelector: { 'kubernetes.io/os': 'linux' },
      },
    }),
    workload('DaemonSet', 'elsewhere', { spec: { nodeSelector: { 'kserve/localmodel': 'worker' } } }),
    workload('Job', 'once', { spec: { containers: [container('1')] } }),
  ];
  expect(podsIn(objects, meshedNamespaces(objects))).toEqual([
    { name: 'web', replicas: 2, cpuMillis: 160, memoryMiB: 168 },
    { name: 'store', replicas: 1, cpuMillis: 500, memoryMiB: 64 },
    { name: 'agent', cpuMillis: 1010, memoryMiB: 40, isX86Only: true },
  ]);
});
