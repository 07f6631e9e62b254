import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import { karpenterKinds } from '../../builds/autoscaling/karpenter-objects';
import { ownerTag } from '../../core/naming';
import { iamNames } from '../../core/iam-names';
import type { KubeObject } from '../../local/kubernetes/kube-client';
import { waitFor } from '../../local/processes/wait-for';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';
import { whatIsThere, type WhatIsThere } from '../support/what-is-there';

/** With no component beyond the base, and room for it: what more there is to place needs a node of Karpenter's. */
const configuration = {
  ...seedConfiguration,
  nodegroup_max_size: 2,
  nodegroup_desired_size: 2,
  kubeflow: { components: [] },
  autoscaling: { general: { consolidate_after_minutes: 1, capacity_types: ['spot'] }, gpu: {} },
};
const region = useRegion(configuration);
const namespace = 'default';

let before: WhatIsThere;

interface Pod extends KubeObject {
  spec: { nodeName?: string; tolerations?: object[] };
  status?: { phase?: string };
}
interface Node extends KubeObject {
  spec: { providerID?: string; taints?: { key: string; value?: string; effect: string }[] };
  status?: { allocatable?: Record<string, string> };
}

/** The machines that are no node group's and have not ended. */
async function machines(): Promise<Instance[]> {
  const { Reservations: found = [] } = await region()
    .clients.get(EC2Client)
    .send(new DescribeInstancesCommand({}));
  return found
    .flatMap(({ Instances: instances = [] }) => instances)
    .filter(({ State: state }) => state?.Name !== 'terminated');
}

const karpenterNodes = async (): Promise<Node[]> =>
  clusterOf(region()).client.list<Node>('/api/v1/nodes?labelSelector=karpenter.sh%2Fnodepool');

/** What a notebook or a training is to the scheduler: one pod of a StatefulSet that asks for something. */
async function run(name: string, resources: object): Promise<void> {
  const labels = { 'notebook-name': name };
  await clusterOf(region()).client.apply({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace },
    spec: {
      serviceName: name,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name, image: 'kubeflow/notebook:v1', resources }] },
      },
    },
  });
}

const find = (name: string): Promise<Pod | undefined> =>
  clusterOf(region()).client.find<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}-0`);
const end = (name: string): Promise<void> =>
  clusterOf(region()).client.remove(`/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`);

/** The node on which a pod runs, once it does. */
async function nodeOf(name: string): Promise<Node> {
  const nodeName = await waitFor(
    async () => {
      const pod = await find(name);
      return pod?.status?.phase === 'Running' ? pod.spec.nodeName : undefined;
    },
    { what: `${name} to run`, timeoutMs: 120_000, intervalMs: 200 },
  );
  return clusterOf(region()).client.get<Node>(`/api/v1/nodes/${nodeName}`);
}

test('a deployment that scales is provisioned with no machine beside its node groups', async () => {
  before = await whatIsThere(region());
  const { start, finish, document } = region();
  const { execution } = await finish(await start('provision', document));
  expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
  expect(await machines()).toEqual([]);
}, 900_000);

test('a pod that waits brings a machine as it is configured, and runs on it', async () => {
  await run('training', { requests: { cpu: '6', memory: '8Gi' } });
  const node = await nodeOf('training');
  expect(node.metadata.labels).toMatchObject({
    'karpenter.sh/nodepool': 'general',
    'karpenter.sh/registered': 'true',
    'kubeflow-eks/node-group': 'cpu',
  });
  // What keeps pods off a node that Karpenter does not know yet is gone.
  expect(node.spec.taints ?? []).toEqual([]);
  const [machine, ...others] = await machines();
  expect(others).toEqual([]);
  expect(node.spec.providerID).toBe(
    `aws:///${machine?.Placement?.AvailabilityZone ?? ''}/${machine?.InstanceId ?? ''}`,
  );
  expect(machine?.InstanceType).toMatch(/^m[67]i\./);
  expect(machine?.InstanceLifecycle).toBe('spot');
  expect(machine?.IamInstanceProfile?.Arn).toContain(
    iamNames.autoscaledRole({ ...configuration, region: configuration.region }),
  );
  expect(machine?.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
  expect(machine?.Tags).toContainEqual({ Key: ownerTag, Value: configuration.eks_name });
  const { Volumes: volumes } = await region()
    .clients.get(EC2Client)
    .send(
      new DescribeVolumesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [machine?.InstanceId ?? ''] }],
      }),
    );
  expect(volumes).toMatchObject([{ Size: 100, Encrypted: true, VolumeType: 'gp3' }]);
}, 300_000);

test('a notebook that asks for a GPU gets its node from zero', async () => {
  await run('notebook', { limits: { 'nvidia.com/gpu': '1' } });
  const node = await nodeOf('notebook');
  expect(node.metadata.labels?.['karpenter.sh/nodepool']).toBe('gpu');
  expect(node.metadata.labels?.['node.kubernetes.io/instance-type']).toMatch(/^g[56]\./);
  expect(node.spec.taints).toEqual([{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }]);
  expect(node.status?.allocatable?.['nvidia.com/gpu']).toBe('1');
  // It did not say so itself: the API server does, as on EKS.
  expect((await find('notebook'))?.spec.tolerations).toContainEqual(
    expect.objectContaining({ key: 'nvidia.com/gpu', operator: 'Exists' }),
  );
}, 300_000);

test('a machine that EC2 takes back is drained, and what ran on it gets another', async () => {
  const { bus } = region().region;
  const before = (await nodeOf('training')).spec.providerID ?? '';
  const id = before.slice(before.lastIndexOf('/') + 1);
  bus.put({
    source: 'aws.ec2',
    'detail-type': 'EC2 Spot Instance Interruption Warning',
    detail: { 'instance-id': id, 'instance-action': 'terminate' },
  });
  await bus.settled();
  await waitFor(
    async () => {
      const running = (await machines()).map(({ InstanceId }) => InstanceId);
      return !running.includes(id) && running.length === 2;
    },
    { what: 'another machine', timeoutMs: 120_000, intervalMs: 500 },
  );
  expect((await nodeOf('training')).spec.providerID).not.toBe(before);
}, 300_000);

test('a node on which nothing runs any more goes, and its machine ends; another stays', async () => {
  await end('training');
  await waitFor(async () => (await karpenterNodes()).length === 1 && (await machines()).length === 1, {
    what: 'the idle node to go',
    timeoutMs: 240_000,
    intervalMs: 500,
  });
  expect((await nodeOf('notebook')).metadata.labels?.['karpenter.sh/nodepool']).toBe('gpu');
}, 300_000);

test('where the setting is taken out, its nodes are drained, once nobody holds a pod on them, and all of it goes', async () => {
  const { start, finish, document } = region();
  const { autoscaling: _, ...without } = document;
  const { client, kubectl } = clusterOf(region());
  const annotate = (what: string) =>
    kubectl([
      'annotate',
      'pod',
      'notebook-0',
      '--namespace',
      namespace,
      `karpenter.sh/do-not-disrupt${what}`,
    ]);
  await annotate('=true');
  const begun = await start('provision', without);
  await waitFor(
    async () => {
      const claims = await client.list('/apis/karpenter.sh/v1/nodeclaims');
      return claims.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
    },
    { what: 'the node to be given up', timeoutMs: 300_000, intervalMs: 500 },
  );
  // Karpenter 1.12 ends no pod with the annotation, and waits for it.
  await new Promise((done) => setTimeout(done, 10_000));
  expect((await find('notebook'))?.metadata.deletionTimestamp).toBeUndefined();
  expect(await machines()).toHaveLength(1);
  await annotate('-');
  const { execution } = await finish(begun);
  expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
  expect(await machines()).toEqual([]);
  expect(await karpenterNodes()).toEqual([]);
  expect(await client.find('/apis/apps/v1/namespaces/kube-system/deployments/karpenter')).toBeUndefined();
  expect((await find('notebook'))?.status?.phase).toBe('Pending');
}, 900_000);

test('put in again, what waited runs; and destroy leaves no machine and nothing else', async () => {
  const { start, finish, document } = region();
  const again = await finish(await start('provision', document));
  expect(again.execution.status).toBe('SUCCEEDED');
  await nodeOf('notebook');
  expect(await machines()).toHaveLength(1);
  const pools = await clusterOf(region()).kubectl(['get', karpenterKinds.nodePool, '--output', 'name']);
  expect(pools.stdout.trim().split('\n')).toHaveLength(2);
  const { execution } = await finish(await start('destroy', { deployment: document['eks_name'] }));
  expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
  expect(await whatIsThere(region())).toEqual(before);
}, 900_000);
