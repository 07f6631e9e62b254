import { createHash } from 'node:crypto';
import {
  allocatableOf,
  capacityOf,
  type InstanceShape,
  type NodeResources,
} from '../../../core/nodes/resources';
import type { KubeObject } from '../kube-client';

/** A managed node group as EKS describes it, with what EC2 says of its machines and subnets. */
export interface NodeGroup {
  name: string;
  version: string;
  shape: InstanceShape;
  volumeGiB: number;
  size: number;
  capacityType: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly { key: string; value?: string; effect: string }[];
  subnets: readonly { id: string; zone: string; zoneId: string; cidr: string }[];
  /** What changes with every group of this name. */
  id: string;
}

/** Of every node that belongs to a managed node group. */
export const nodeGroupLabel = 'eks.amazonaws.com/nodegroup';

/** EKS names the effects of taints otherwise than Kubernetes. */
const effects: Readonly<Record<string, string>> = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
};

/** The nodes of all groups, each group's over its subnets in turn, as their kubelets and EKS would have them. */
export function nodesOf(groups: readonly NodeGroup[], region: string): KubeObject[] {
  const taken = new Set<string>();
  return groups.flatMap((group) =>
    Array.from({ length: group.size }, (_, index) => nodeOf(group, index, { region, taken })),
  );
}

function nodeOf(
  group: NodeGroup,
  index: number,
  { region, taken }: { region: string; taken: Set<string> },
): KubeObject {
  const { name, shape, volumeGiB, version, subnets } = group;
  const subnet = subnets[index % Math.max(1, subnets.length)];
  if (subnet === undefined) throw new Error(`node group ${name} has no subnet`);
  const digest = createHash('sha256').update(`${group.id}/${version}/${index}`).digest();
  const address = freeAddress(subnet.cidr, digest.readUInt32BE(0), taken);
  const domain = region === 'us-east-1' ? 'ec2' : `${region}.compute`;
  const hostname = `ip-${address.replaceAll('.', '-')}.${domain}.internal`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: hostname,
      labels: {
        'kubernetes.io/arch': shape.architecture,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': hostname,
        'node.kubernetes.io/instance-type': shape.type,
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': subnet.zone,
        'topology.k8s.aws/zone-id': subnet.zoneId,
        // The EBS CSI driver's, by which its volumes say where they are.
        'topology.ebs.csi.aws.com/zone': subnet.zone,
        'eks.amazonaws.com/capacityType': group.capacityType,
        [nodeGroupLabel]: name,
        ...group.labels,
      },
    },
    spec: {
      providerID: `aws:///${subnet.zone}/i-${digest.toString('hex').slice(0, 17)}`,
      ...(group.taints.length > 0 && {
        taints: group.taints.map((taint) => ({ ...taint, effect: effects[taint.effect] ?? taint.effect })),
      }),
    },
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

/** An address of the subnet that nobody has, past the four that AWS keeps at its beginning. */
function freeAddress(cidr: string, start: number, taken: Set<string>): string {
  const [base = '', bits = '24'] = cidr.split('/');
  const usable = 2 ** (32 - Number(bits)) - 5;
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + 4;
  for (let offset = 0; offset < usable; offset += 1) {
    const value = first + ((start + offset) % usable);
    const address = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
    if (taken.has(address)) continue;
    taken.add(address);
    return address;
  }
  throw new Error(`${cidr} has no address left for another node`);
}
