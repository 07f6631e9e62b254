import { amountsOf, sum } from '../../core/nodes/quantity';
import { requestsOf, type PodContainers } from '../../core/nodes/requests';
import type { GroupRoom, Room } from '../../core/nodes/room';
import type { KubeObject } from '../kubernetes/kube-client';
import type { ControlPlane } from '../kubernetes/control-plane';
import { nodeGroupLabel } from '../kubernetes/nodes/node-objects';

interface Node extends KubeObject {
  status: { allocatable: Record<string, string> };
}

interface Pod extends KubeObject {
  spec: PodContainers & { nodeName?: string };
  status: { phase?: string; conditions?: { type: string; status: string; message?: string }[] };
}

/** What the pods of a cluster ask of its nodes, as the API server has both, and which pods wait for room. */
export async function reviewRoom({ client }: Pick<ControlPlane, 'client'>): Promise<Room> {
  const [nodes, pods] = await Promise.all([
    client.list<Node>(`/api/v1/nodes?labelSelector=${encodeURIComponent(nodeGroupLabel)}`),
    client.list<Pod>('/api/v1/pods'),
  ]);
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const name = node.metadata.labels?.[nodeGroupLabel] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), node]);
  }
  const present = pods.filter(({ status }) => status.phase === 'Pending' || status.phase === 'Running');
  return {
    groups: [...groups].map(([name, members]) => groupRoom(name, members, present)),
    waiting: present.flatMap(({ metadata, status }) => {
      const refused = status.conditions?.find(
        ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
      );
      if (refused === undefined) return [];
      return [
        { pod: `${metadata.namespace ?? ''}/${metadata.name}`, why: refused.message ?? 'no reason given' },
      ];
    }),
  };
}

function groupRoom(group: string, nodes: readonly Node[], pods: readonly Pod[]): GroupRoom {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const placed = pods.filter(({ spec }) => names.has(spec.nodeName ?? ''));
  const allocatable = nodes.map(({ status }) => status.allocatable);
  return {
    group,
    type: nodes[0]?.metadata.labels?.['node.kubernetes.io/instance-type'] ?? '',
    nodes: nodes.length,
    allocatable: {
      ...sum(allocatable.map(amountsOf)),
      pods: allocatable.reduce((total, { pods: most }) => total + Number(most ?? 0), 0),
    },
    requested: { ...sum(placed.map(({ spec }) => requestsOf(spec))), pods: placed.length },
  };
}
