import { clusterPods, componentPods } from './distribution-pods';
import type { PodRequests } from './requests';
import { allocatableOf, type InstanceShape } from './resources';
import type { GroupRoom, Room } from './room';

/** A node group as it is configured. */
export interface PlannedGroup {
  name: string;
  shape: InstanceShape;
  nodes: number;
  volumeGiB: number;
  /** Only what asks for a GPU is let on its nodes. */
  isForGpus: boolean;
}

interface Node {
  group: PlannedGroup;
  cpuMillis: number;
  memoryMiB: number;
  pods: number;
}

/**
 * Reckons how the components of a distribution fit on the nodes of a configuration, by requests alone: what runs on every
 * node first, then the largest pods, each where most memory is left. The scheduler weighs more than that; where this
 * finds no room, it will hardly.
 *
 * @param components ids of the installation's components
 * @param without names of their pods that are left out
 */
export function estimateRoom(
  components: readonly string[],
  groups: readonly PlannedGroup[],
  without: ReadonlySet<string> = new Set(),
): Room {
  const nodes = groups.flatMap((group) => Array.from({ length: group.nodes }, () => freeNode(group)));
  const ofComponents = components.flatMap((id) => componentPods[id] ?? []);
  const wanted = [...clusterPods, ...ofComponents.filter(({ name }) => !without.has(name))];
  for (const pod of wanted.filter(({ replicas }) => replicas === undefined)) {
    for (const node of nodes) take(node, pod);
  }
  const waiting: Room['waiting'] = [];
  const placed = wanted
    .flatMap((pod) => Array.from({ length: pod.replicas ?? 0 }, () => pod))
    .toSorted((one, other) => other.memoryMiB - one.memoryMiB || other.cpuMillis - one.cpuMillis);
  for (const pod of placed) {
    const candidates = nodes.filter(({ group }) => !group.isForGpus);
    const [best] = candidates
      .filter((node) => want(node, pod) === undefined)
      .toSorted((one, other) => other.memoryMiB - one.memoryMiB);
    if (best === undefined) waiting.push({ pod: pod.name, why: reasons(candidates, pod) });
    else take(best, pod);
  }
  return {
    groups: groups.map((group) =>
      roomOf(
        group,
        nodes.filter((node) => node.group === group),
      ),
    ),
    waiting,
  };
}

function freeNode(group: PlannedGroup): Node {
  const { cpuMillis, memoryMiB, pods } = allocatableOf(group.shape, group.volumeGiB);
  return { group, cpuMillis, memoryMiB, pods };
}

function take(node: Node, { cpuMillis, memoryMiB }: PodRequests): void {
  node.cpuMillis -= cpuMillis;
  node.memoryMiB -= memoryMiB;
  node.pods -= 1;
}

/** What keeps a pod from a node; nothing where it fits. */
function want(node: Node, pod: PodRequests): string | undefined {
  if (pod.isX86Only === true && node.group.shape.architecture !== 'amd64')
    return 'its image is for x86-64 alone';
  if (node.pods < 1) return 'too many pods';
  if (node.memoryMiB < pod.memoryMiB) return 'insufficient memory';
  if (node.cpuMillis < pod.cpuMillis) return 'insufficient CPU';
  return undefined;
}

function reasons(nodes: readonly Node[], pod: PodRequests): string {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const reason = want(node, pod) ?? '';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const told = [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return `none of ${nodes.length} nodes has room${told === '' ? '' : `: ${told}`}`;
}

function roomOf(group: PlannedGroup, nodes: readonly Node[]): GroupRoom {
  const one = allocatableOf(group.shape, group.volumeGiB);
  const total = (of: (node: Node) => number): number => nodes.reduce((sum, node) => sum + of(node), 0);
  const allocatable = {
    cpuMillis: one.cpuMillis * nodes.length,
    memoryMiB: one.memoryMiB * nodes.length,
    gpus: one.gpus * nodes.length,
    pods: one.pods * nodes.length,
  };
  return {
    group: group.name,
    type: group.shape.type,
    nodes: nodes.length,
    allocatable,
    requested: {
      cpuMillis: allocatable.cpuMillis - total(({ cpuMillis }) => cpuMillis),
      memoryMiB: allocatable.memoryMiB - total(({ memoryMiB }) => memoryMiB),
      gpus: 0,
      pods: allocatable.pods - total(({ pods }) => pods),
    },
  };
}
