import type { StandInOptions } from '../stand-ins/stand-in';
import type { KubeClient, KubeObject } from '../kube-client';
import { nodeOfMachine, type Machine } from './machine-objects';
import { followWithNodes, type NodeFollower } from './node-follower';
import { nodeGroupLabel } from './node-objects';
import { machineLabel } from './registered-node';

export interface MachinesOptions extends StandInOptions {
  /** The machines of no node group that run and may join the cluster. */
  machines: () => Promise<Machine[]>;
}

interface Node extends KubeObject {
  spec: { providerID?: string };
}

const path = '/api/v1/nodes';
const notOfGroups = encodeURIComponent(`${machineLabel},!${nodeGroupLabel}`);

/**
 * Stands in for the machines that somebody launches by himself, as Karpenter does: each joins the cluster as its user data says.
 * Where the machine is gone, the cloud controller takes its node away, as it would on AWS.
 */
export function startMachines(options: MachinesOptions): NodeFollower {
  return followWithNodes('machines', options, async (client, say) =>
    reconcile(client, await options.machines(), say),
  );
}

async function reconcile(
  client: KubeClient,
  machines: readonly Machine[],
  say: (text: string) => void,
): Promise<void> {
  const present = await client.list<Node>(`${path}?labelSelector=${notOfGroups}`);
  const names = new Set(present.map(({ metadata }) => metadata.name));
  for (const machine of machines) {
    if (names.has(machine.hostname)) continue;
    await client.json({ path, method: 'POST', body: nodeOfMachine(machine) });
    say(`${machine.hostname} joins (${machine.shape.type}, ${machine.id})`);
  }
  const running = new Set(machines.map(({ id }) => id));
  for (const { metadata, spec } of present) {
    const id = spec.providerID?.slice(spec.providerID.lastIndexOf('/') + 1) ?? '';
    if (running.has(id) || metadata.deletionTimestamp !== undefined) continue;
    await client.remove(`${path}/${metadata.name}`);
    say(`${metadata.name} is taken away: its machine ${id} is gone`);
  }
}
