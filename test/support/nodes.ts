import type { InstanceShape } from '../../core/nodes/resources';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { startImagePulls, type ImagePulls } from '../../local/kubernetes/nodes/image-pulls';
import type { NodeFollower } from '../../local/kubernetes/nodes/node-follower';
import { startNodes } from '../../local/kubernetes/nodes/node-groups';
import type { NodeGroup } from '../../local/kubernetes/nodes/node-objects';
import { startVolumeProvisioner } from '../../local/kubernetes/nodes/volume-provisioner';
import { defined } from '../../core/defined';

/** A machine with a GPU, as EC2 describes its type. */
export const gpuShape: InstanceShape = {
  type: 'g5.xlarge',
  vcpus: 4,
  memoryMiB: 16384,
  gpus: 1,
  interfaces: 4,
  addressesPerInterface: 15,
  architecture: 'amd64',
};

/** A node group as EKS and EC2 would describe it: two m5.large in two zones. */
export function nodeGroup(changes: Partial<NodeGroup> = {}): NodeGroup {
  const name = changes.name ?? 'general';
  return {
    name,
    id: `arn:aws:eks:eu-central-1:111122223333:nodegroup/test/${name}`,
    version: '1.35',
    shape: {
      type: 'm5.large',
      vcpus: 2,
      memoryMiB: 8192,
      gpus: 0,
      interfaces: 3,
      addressesPerInterface: 10,
      architecture: 'amd64',
    },
    volumeGiB: 100,
    size: 2,
    capacityType: 'ON_DEMAND',
    labels: {},
    taints: [],
    subnets: ['a', 'b'].map((zone, index) => ({
      id: `subnet-${zone}`,
      zone: `eu-central-1${zone}`,
      zoneId: `euc1-az${index + 1}`,
      cidr: `10.20.${index}.0/24`,
    })),
    ...changes,
  };
}

export interface TestNodes {
  images: ImagePulls;
  nodes: NodeFollower;
  stop(): Promise<void>;
}

/** Has nodes join a control plane that was started with `workloads`, and pods run on them. */
export async function joinNodes(
  { client }: ControlPlane,
  nodeGroups: () => NodeGroup[] = () => [nodeGroup()],
  onLine?: (line: string) => void,
): Promise<TestNodes> {
  const options = { client, ...defined({ onLine }) };
  const images = startImagePulls(options);
  const volumes = startVolumeProvisioner(options);
  const nodes = startNodes({
    ...options,
    region: 'eu-central-1',
    nodeGroups: () => Promise.resolve(nodeGroups()),
  });
  const all = [images, volumes, nodes];
  await Promise.all(all.map(({ ready }) => ready));
  return {
    images,
    nodes,
    stop: async () => {
      await Promise.all(all.map((standIn) => standIn.stop()));
    },
  };
}
