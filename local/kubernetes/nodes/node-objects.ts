import { createHash } from 'node:crypto';
import type { InstanceShape } from '../../../core/nodes/resources';
import type { KubeObject } from '../kube-client';
import { placeLabels, registeredNode } from './registered-node';

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
  const place = { hostname, region, zone: subnet.zone, zoneId: subnet.zoneId, shape };
  return registeredNode({
    ...place,
    id: `i-${digest.toString('hex').slice(0, 17)}`,
    address,
    volumeGiB,
    version,
    labels: {
      ...placeLabels(place),
      'eks.amazonaws.com/capacityType': group.capacityType,
      [nodeGroupLabel]: name,
      ...group.labels,
    },
    taints: group.taints.map((taint) => ({ ...taint, effect: effects[taint.effect] ?? taint.effect })),
  });
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
