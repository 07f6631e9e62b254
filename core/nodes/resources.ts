/** A kind of machine, as EC2 describes it. */
export interface InstanceShape {
  type: string;
  vcpus: number;
  memoryMiB: number;
  gpus: number;
  /** Network interfaces, and the addresses that each may have. */
  interfaces: number;
  addressesPerInterface: number;
  /** Kubernetes' name of the processor's architecture. */
  architecture: 'amd64' | 'arm64';
}

/** What a node has, or what of it pods may use. */
export interface NodeResources {
  cpuMillis: number;
  memoryMiB: number;
  storageMiB: number;
  gpus: number;
  pods: number;
}

/** A managed node group takes no more pods on a node, whatever its addresses would do (EKS user guide, maxPods). */
const mostPods = { upTo30Vcpus: 110, above: 250 } as const;
/** Of a node's disk: room for the images of Kubeflow's components and of notebooks. */
export const nodeVolumeGiB = 100;

/** What the hypervisor and the kernel keep, as Karpenter reckons by default (`vmMemoryOverheadPercent`). */
const memoryOverhead = 0.075;
/** Below this much free memory, and this part of free disk, a kubelet evicts pods. */
const eviction = { memoryMiB: 100, storage: 0.1 } as const;
const reservedStorageMiB = 1024;

/** How many pods the network of a node has addresses for: one of each interface is the node's own, two pods need none. */
export function podsOf({ vcpus, interfaces, addressesPerInterface }: InstanceShape): number {
  const addresses = interfaces * (addressesPerInterface - 1) + 2;
  return Math.min(addresses, vcpus <= 30 ? mostPods.upTo30Vcpus : mostPods.above);
}

/** What a node of this kind reports as its capacity. */
export function capacityOf(shape: InstanceShape, volumeGiB: number): NodeResources {
  return {
    cpuMillis: shape.vcpus * 1000,
    memoryMiB: Math.floor(shape.memoryMiB * (1 - memoryOverhead)),
    storageMiB: volumeGiB * 1024,
    gpus: shape.gpus,
    pods: podsOf(shape),
  };
}

/** What of a node's capacity pods may use: less what EKS' node images reserve for the kubelet and against eviction. */
export function allocatableOf(shape: InstanceShape, volumeGiB: number): NodeResources {
  const capacity = capacityOf(shape, volumeGiB);
  return {
    ...capacity,
    cpuMillis: capacity.cpuMillis - reservedCpuMillis(shape.vcpus),
    memoryMiB: capacity.memoryMiB - (255 + 11 * capacity.pods) - eviction.memoryMiB,
    storageMiB: Math.floor(capacity.storageMiB * (1 - eviction.storage)) - reservedStorageMiB,
  };
}

/** 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of all others (awslabs/amazon-eks-ami). */
function reservedCpuMillis(vcpus: number): number {
  const shares = [60, 10, 5, 5];
  const others = Math.max(0, vcpus - shares.length) * 2.5;
  return Math.floor(shares.slice(0, vcpus).reduce((sum, share) => sum + share, others));
}
