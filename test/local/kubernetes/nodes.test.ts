import type { KubeObject } from '../../../local/kubernetes/kube-client';
import type { NodeGroup } from '../../../local/kubernetes/nodes/node-objects';
import { reviewRoom } from '../../../local/rehearsal/review-room';
import { waitFor } from '../../../local/processes/wait-for';
import { useControlPlane } from '../../support/control-plane';
import { gpuShape, joinNodes, nodeGroup, type TestNodes } from '../../support/nodes';

const kubernetes = useControlPlane({ workloads: true });

let groups: NodeGroup[];
let joined: TestNodes;
const lines: string[] = [];

const gpuGroup = nodeGroup({
  name: 'gpu',
  size: 0,
  shape: gpuShape,
  labels: { purpose: 'gpu' },
  taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NO_SCHEDULE' }],
});
const armGroup = nodeGroup({
  name: 'graviton',
  size: 0,
  shape: { ...gpuGroup.shape, type: 'm7g.large', vcpus: 2, memoryMiB: 8192, gpus: 0, architecture: 'arm64' },
});

beforeAll(async () => {
  groups = [nodeGroup(), gpuGroup, armGroup];
  joined = await joinNodes(
    kubernetes(),
    () => groups,
    (line) => lines.push(line),
  );
}, 60_000);
afterAll(async () => {
  await joined.stop();
});

interface Node extends KubeObject {
  spec: { taints?: { key: string; value?: string; effect: string }[]; providerID: string };
  status: { allocatable: Record<string, string>; conditions?: { type: string; status: string }[] };
}
interface Pod extends KubeObject {
  spec: { nodeName?: string };
  status: {
    phase: string;
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: { state: { waiting?: { reason: string; message?: string } } }[];
  };
}

const nodes = async (): Promise<Node[]> => kubernetes().client.list<Node>('/api/v1/nodes');
const pods = async (app: string): Promise<Pod[]> =>
  kubernetes().client.list<Pod>(`/api/v1/namespaces/default/pods?labelSelector=app%3D${app}`);

/** Changes the size of a group, and waits until its nodes are ready. */
async function resize(name: string, size: number): Promise<void> {
  groups = groups.map((group) => (group.name === name ? { ...group, size } : group));
  joined.nodes.changed();
  await waitFor(
    async () => {
      const present = (await nodes()).filter(
        ({ metadata }) => metadata.labels?.['eks.amazonaws.com/nodegroup'] === name,
      );
      const ready = present.filter(
        ({ spec }) => !(spec.taints ?? []).some(({ key }) => key.includes('not-ready')),
      );
      return present.length === size && ready.length === size;
    },
    { what: `${size} nodes of ${name}`, timeoutMs: 30_000 },
  );
}

interface WorkloadOptions {
  kind?: string;
  image?: string;
  container?: object;
  pod?: object;
  spec?: object;
}

async function apply(name: string, options: WorkloadOptions = {}): Promise<void> {
  const {
    kind = 'Deployment',
    image = 'registry.example.com/web:1',
    container = {},
    pod = {},
    spec = {},
  } = options;
  const labels = { app: name };
  await kubernetes().client.apply({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'web', image, ...container }], ...pod },
      },
      ...spec,
    },
  });
}

const rolledOut = async (workload: string): Promise<void> => {
  await kubernetes().kubectl(['rollout', 'status', workload, '--timeout=30s']);
};

test('a node has the labels, zone and room that EKS gives one of its type', async () => {
  await resize('general', 2);
  const found = (await nodes()).toSorted((one, other) =>
    String(one.metadata.labels?.['topology.kubernetes.io/zone']).localeCompare(
      String(other.metadata.labels?.['topology.kubernetes.io/zone']),
    ),
  );
  expect(found.map(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone'])).toEqual([
    'eu-central-1a',
    'eu-central-1b',
  ]);
  expect(found[0]).toMatchObject({
    metadata: {
      name: expect.stringMatching(/^ip-10-20-0-\d+\.eu-central-1\.compute\.internal$/) as string,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': 'm5.large',
        'topology.kubernetes.io/region': 'eu-central-1',
        'eks.amazonaws.com/nodegroup': 'general',
        'eks.amazonaws.com/capacityType': 'ON_DEMAND',
      },
    },
    spec: { providerID: expect.stringMatching(/^aws:\/\/\/eu-central-1a\/i-[0-9a-f]{17}$/) as string },
    status: { allocatable: { cpu: '1930m', memory: '6903Mi', pods: '29' } },
  });
});

test.each([
  ['Deployment', { replicas: 3 }],
  ['StatefulSet', { replicas: 2, serviceName: 'web' }],
  ['DaemonSet', {}],
])('a %s is placed on the nodes and rolled out, and again after a change', async (kind, spec) => {
  await resize('general', 2);
  const name = `web-${kind.toLowerCase()}`;
  await apply(name, { kind, spec });
  await rolledOut(`${kind}/${name}`);
  expect(new Set((await pods(name)).map((pod) => pod.spec.nodeName)).size).toBe(2);
  await apply(name, { kind, spec, image: 'registry.example.com/web:2' });
  await rolledOut(`${kind}/${name}`);
});

test('a Job is done', async () => {
  await resize('general', 2);
  const { client, kubectl } = kubernetes();
  await client.apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace: 'default' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'job:1' }] } } },
  });
  await kubectl(['wait', 'job/once', '--for=condition=Complete', '--timeout=30s']);
});

test('what does not fit stays Pending, with the words of the scheduler, and runs when there is room', async () => {
  await resize('general', 1);
  await apply('large', { container: { resources: { requests: { memory: '5Gi' } } }, spec: { replicas: 2 } });
  const message = await waitFor(
    async () =>
      (await pods('large'))
        .flatMap(({ status }) => status.conditions ?? [])
        .find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message,
    { what: 'a pod that does not fit', timeoutMs: 30_000 },
  );
  expect(message).toContain('0/1 nodes are available: 1 Insufficient memory.');
  expect((await pods('large')).map(({ status }) => status.phase)).toContain('Pending');
  expect(await reviewRoom(kubernetes())).toMatchObject({
    groups: [
      {
        group: 'general',
        type: 'm5.large',
        nodes: 1,
        allocatable: { cpuMillis: 1930, memoryMiB: 6903, gpus: 0, pods: 29 },
        requested: { memoryMiB: 5120 },
      },
    ],
    waiting: [{ pod: expect.stringMatching(/^default\/large-/) as string, why: message }],
  });
  await resize('general', 2);
  await rolledOut('deployment/large');
  await kubernetes().kubectl(['delete', 'deployment', 'large']);
});

test('a GPU is given to who asks for it, and so tolerates the taint of its group; nobody else is placed there', async () => {
  await resize('gpu', 1);
  await apply('trains', { container: { resources: { limits: { 'nvidia.com/gpu': '1' } } } });
  await rolledOut('deployment/trains');
  const [pod] = await pods('trains');
  const node = (await nodes()).find(({ metadata }) => metadata.name === pod?.spec.nodeName);
  expect(node?.metadata.labels).toMatchObject({ purpose: 'gpu' });
  await apply('intolerant', { pod: { nodeSelector: { purpose: 'gpu' } } });
  const message = await waitFor(
    async () =>
      (await pods('intolerant'))
        .flatMap(({ status }) => status.conditions ?? [])
        .find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message,
    { what: 'a pod that is refused', timeoutMs: 30_000 },
  );
  expect(message).toMatch(/untolerated taint/);
  await resize('gpu', 0);
  await kubernetes().kubectl(['delete', 'deployment', 'trains', 'intolerant']);
});

test('an image that is published for another architecture is never ready', async () => {
  await resize('graviton', 1);
  const pod = { nodeSelector: { 'kubernetes.io/arch': 'arm64' } };
  await apply('on-arm', { pod, image: 'registry.example.com/web:1' });
  await rolledOut('deployment/on-arm');
  await apply('not-on-arm', { pod, image: 'ghcr.io/kubeflow/kfp-api-server:2.16.0' });
  const waiting = await waitFor(
    async () =>
      (await pods('not-on-arm')).flatMap(({ status }) => status.containerStatuses ?? [])[0]?.state.waiting,
    { what: 'a pod without its image', timeoutMs: 30_000 },
  );
  expect(waiting).toEqual({
    reason: 'ImagePullBackOff',
    message:
      'Back-off pulling image "ghcr.io/kubeflow/kfp-api-server:2.16.0": no match for platform linux/arm64',
  });
  const rollout = ['rollout', 'status', 'deployment/not-on-arm', '--timeout=3s'];
  expect((await kubernetes().kubectl(rollout, { allowFailure: true })).code).toBe(1);
  await kubernetes().kubectl(['delete', 'deployment', 'on-arm', 'not-on-arm']);
  await resize('graviton', 0);
});

test('a workload whose image cannot be had does not become ready, until it can', async () => {
  await resize('general', 2);
  const { kubectl } = kubernetes();
  joined.images.setReady('default', 'deployment/broken', false);
  await apply('broken');
  const rollout = ['rollout', 'status', 'deployment/broken'];
  expect((await kubectl([...rollout, '--timeout=3s'], { allowFailure: true })).code).toBe(1);
  joined.images.setReady('default', 'deployment/broken', true);
  await kubectl([...rollout, '--timeout=30s']);
  // What runs is started again, without it.
  joined.images.setReady('default', 'deployment/broken', false);
  await waitFor(async () => (await pods('broken')).every(({ status }) => status.phase === 'Pending'), {
    what: 'the pods to have lost their image',
    timeoutMs: 30_000,
  });
});

test('a volume is made where its pod is placed, bound, and gone with its claim', async () => {
  await resize('general', 2);
  const { client, kubectl } = kubernetes();
  await client.apply({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'ebs' },
    provisioner: 'ebs.csi.aws.com',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  await client.apply({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: {
      storageClassName: 'ebs',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '5Gi' } },
    },
  });
  const claim = '/api/v1/namespaces/default/persistentvolumeclaims/data';
  expect((await client.get(claim))['status']).toMatchObject({ phase: 'Pending' });
  await apply('stores', {
    container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
  });
  await rolledOut('deployment/stores');
  const [pod] = await pods('stores');
  const node = (await nodes()).find(({ metadata }) => metadata.name === pod?.spec.nodeName);
  const [volume] = await client.list('/api/v1/persistentvolumes');
  expect(volume).toMatchObject({
    spec: {
      capacity: { storage: '5Gi' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                {
                  key: 'topology.ebs.csi.aws.com/zone',
                  values: [node?.metadata.labels?.['topology.kubernetes.io/zone']],
                },
              ],
            },
          ],
        },
      },
    },
    status: { phase: 'Bound' },
  });
  await kubectl(['delete', 'deployment', 'stores']);
  await kubectl(['delete', 'persistentvolumeclaim', 'data', '--timeout=60s']);
  await waitFor(async () => (await client.list('/api/v1/persistentvolumes')).length === 0, {
    what: 'the volume to be gone',
    timeoutMs: 60_000,
  });
}, 180_000);

test('a node whose group shrinks leaves, and its pods are placed on what is left', async () => {
  await resize('general', 2);
  await apply('moves', { spec: { replicas: 4 } });
  await rolledOut('deployment/moves');
  await resize('general', 1);
  const [left] = await nodes();
  await waitFor(
    async () => {
      const found = await pods('moves');
      return (
        found.length === 4 &&
        found.every(({ spec, status }) => spec.nodeName === left?.metadata.name && status.phase === 'Running')
      );
    },
    { what: 'the pods to have moved', timeoutMs: 30_000 },
  );
});
