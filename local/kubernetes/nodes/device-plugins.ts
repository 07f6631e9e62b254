import type { KubeObject } from '../kube-client';
import { startController } from '../stand-ins/controller';
import { includes, type StandIn, type StandInOptions } from '../stand-ins/stand-in';
import { machineLabel } from './registered-node';

export interface DevicePluginsOptions extends StandInOptions {
  /** How many GPUs a type of machine has. */
  gpusOf: (instanceType: string) => Promise<number>;
}

interface Pod extends KubeObject {
  spec: { nodeName?: string; containers: { image: string }[] };
  status?: { phase?: string };
}

const pods = '/api/v1/pods';
const identity = { user: 'local:device-plugins', groups: ['system:masters'] };
const plugin = /\/k8s-device-plugin[:@]/;

/** Stands in for what the device plugin of NVIDIA tells the kubelet once it runs on a node: how many GPUs there are. */
export function startDevicePlugins(options: DevicePluginsOptions): StandIn {
  return startController<typeof pods>({
    ...options,
    name: 'device-plugins',
    identity,
    collections: [pods],
    reconcile: async (object, { client, say }) => {
      const { spec, status } = object as Pod;
      if (status?.phase !== 'Running' || !spec.containers.some(({ image }) => plugin.test(image))) return;
      const path = `/api/v1/nodes/${spec.nodeName ?? ''}`;
      const node = await client.find<KubeObject & { status?: object }>(path);
      const gpus = await options.gpusOf(node?.metadata.labels?.[machineLabel] ?? '');
      const amounts = { 'nvidia.com/gpu': String(gpus) };
      const told = { capacity: amounts, allocatable: amounts };
      if (node === undefined || gpus === 0 || includes(node.status, told)) return;
      await client.json({
        path: `${path}/status`,
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { status: told },
      });
      say(`${node.metadata.name} has ${gpus} GPUs`);
    },
  });
}
