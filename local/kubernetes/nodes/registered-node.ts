import {
  allocatableOf,
  capacityOf,
  type InstanceShape,
  type NodeResources,
} from '../../../core/nodes/resources';
import type { KubeObject } from '../kube-client';

/** Of every node that is a machine: its type, which the cloud's controllers tell (Kubernetes, "Well-Known Labels"). */
export const machineLabel = 'node.kubernetes.io/instance-type';

/** A machine where it stands. */
export interface NodePlace {
  /** Its name in the network, which is its node's. */
  hostname: string;
  region: string;
  zone: string;
  zoneId: string;
  shape: InstanceShape;
}

/** What a kubelet registers for its machine, beside where that stands. */
export interface Registration extends NodePlace {
  /** `i-…` */
  id: string;
  address: string;
  volumeGiB: number;
  /** Minor version of Kubernetes. */
  version: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly { key: string; value?: string; effect: string }[];
}

/** What the kubelet, the cloud's controllers and the EBS CSI driver label a node with by themselves. */
export function placeLabels({ hostname, region, zone, zoneId, shape }: NodePlace): Record<string, string> {
  return {
    'kubernetes.io/arch': shape.architecture,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/hostname': hostname,
    [machineLabel]: shape.type,
    'topology.kubernetes.io/region': region,
    'topology.kubernetes.io/zone': zone,
    'topology.k8s.aws/zone-id': zoneId,
    // The EBS CSI driver's, by which its volumes say where they are.
    'topology.ebs.csi.aws.com/zone': zone,
  };
}

/** The node of a machine as its kubelet registers it. */
export function registeredNode(registration: Registration): KubeObject {
  const { id, hostname, address, zone, shape, volumeGiB, version, labels, taints } = registration;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: hostname, labels },
    spec: { providerID: `aws:///${zone}/${id}`, ...(taints.length > 0 && { taints }) },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: hostname },
      ],
      capacity: quantities(capacityOf(shape, volumeGiB)),
      allocatable: quantities(allocatableOf(shape, volumeGiB)),
      nodeInfo: {
        architecture: shape.architecture,
        operatingSystem: 'linux',
        kubeletVersion: `v${version}.0-eks-local`,
      },
    },
  };
}

/** As a node tells them. */
function quantities({ cpuMillis, memoryMiB, storageMiB, gpus, pods }: NodeResources): Record<string, string> {
  return {
    cpu: `${cpuMillis}m`,
    memory: `${memoryMiB}Mi`,
    'ephemeral-storage': `${storageMiB}Mi`,
    pods: String(pods),
    // What NVIDIA's device plugin reports once it runs.
    ...(gpus === 0 ? {} : { 'nvidia.com/gpu': String(gpus) }),
  };
}
