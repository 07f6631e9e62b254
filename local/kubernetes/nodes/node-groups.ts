import { waitFor } from '../../processes/wait-for';
import type { KubeClient, KubeObject } from '../kube-client';
import type { StandInOptions } from '../stand-ins/stand-in';
import { followWithNodes, type NodeFollower } from './node-follower';
import { nodeGroupLabel, nodesOf, type NodeGroup } from './node-objects';
import { machineLabel } from './registered-node';

export interface NodeGroupsOptions extends StandInOptions {
  region: string;
  /** The node groups that the cluster has now. */
  nodeGroups: () => Promise<NodeGroup[]>;
}

const nodesPath = '/api/v1/nodes';

/**
 * Stands in for the machines of managed node groups, which join the cluster as nodes and leave it. What a machine would
 * do from then on, kwok plays: it reports a node as ready, and runs its pods.
 */
export function startNodes(options: NodeGroupsOptions): NodeFollower {
  const { region, nodeGroups } = options;
  return followWithNodes('node-groups', options, async (client, say) =>
    reconcile(client, await nodeGroups(), region, say),
  );
}

async function reconcile(
  client: KubeClient,
  groups: readonly NodeGroup[],
  region: string,
  say: (text: string) => void,
): Promise<void> {
  const selector = encodeURIComponent(nodeGroupLabel);
  const present = new Map(
    (await client.list(`${nodesPath}?labelSelector=${selector}`)).map((node) => [node.metadata.name, node]),
  );
  const desired = new Map(nodesOf(groups, region).map((node) => [node.metadata.name, node]));
  for (const [name, node] of desired) {
    const found = present.get(name);
    if (found === undefined) {
      await client.json({ path: nodesPath, method: 'POST', body: node });
      say(`${name} joins (${describeNode(node)})`);
    } else if (!hasLabels(found, node)) {
      await client.json({
        path: `${nodesPath}/${name}`,
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { metadata: { labels: node.metadata.labels } },
      });
    }
  }
  for (const [name, node] of present) {
    if (desired.has(name)) continue;
    await drain(client, name);
    await client.remove(`${nodesPath}/${name}`);
    say(`${name} is gone (${describeNode(node)})`);
  }
}

/** As EKS does before it ends a machine: nothing new is placed on it, and what runs there is asked to go. */
async function drain(client: KubeClient, node: string): Promise<void> {
  await client.json({
    path: `${nodesPath}/${node}`,
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { spec: { unschedulable: true } },
  });
  const onNode = async (): Promise<KubeObject[]> => {
    const found = await client.list(
      `/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`,
    );
    return found.filter(({ metadata }) => !metadata.ownerReferences?.some(isDaemonSet));
  };
  for (const { metadata } of await onNode()) {
    await client.remove(`/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${metadata.name}`);
  }
  // Kubernetes cleans up after a node that is gone, too, but takes a minute.
  await waitFor(async () => (await onNode()).length === 0, { what: `${node} to be drained` }).catch(
    () => undefined,
  );
}

function isDaemonSet(owner: object): boolean {
  return (owner as { kind?: string }).kind === 'DaemonSet';
}

function hasLabels(found: KubeObject, wanted: KubeObject): boolean {
  return Object.entries(wanted.metadata.labels ?? {}).every(
    ([name, value]) => found.metadata.labels?.[name] === value,
  );
}

function describeNode({ metadata: { labels = {} } }: KubeObject): string {
  const group = labels[nodeGroupLabel] ?? '';
  return `${labels[machineLabel] ?? ''} of ${group}`;
}
