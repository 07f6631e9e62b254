import { componentPods } from '../../core/nodes/distribution-pods';
import type { Room } from '../../core/nodes/room';
import type { Paint } from './paint';
import { table } from './tables';

/** How what is installed fits on the nodes: a row for each group, then what waits and for want of what. */
export function roomText({ groups, waiting }: Room): string {
  if (groups.length === 0 && waiting.length === 0) return '';
  const gib = (mib: number): string => (mib / 1024).toFixed(1);
  const cores = (millis: number): string => (millis / 1000).toFixed(1);
  const rows = groups.map(({ group, type, nodes, allocatable, requested }) => [
    group,
    `${nodes} × ${type}`,
    `${cores(requested.cpuMillis)} of ${cores(allocatable.cpuMillis)}`,
    `${gib(requested.memoryMiB)} of ${gib(allocatable.memoryMiB)}`,
    `${requested.pods} of ${allocatable.pods}`,
    `${requested.gpus} of ${allocatable.gpus}`,
  ]);
  return [
    table(['node group', 'nodes', 'CPUs', 'memory (GiB)', 'pods', 'GPUs'], rows),
    ...waiting.map(({ pod, why }) => `${pod} has no room: ${why}`),
  ].join('\n');
}

/**
 * The room as it is reckoned before there are nodes.
 *
 * @param artifacts where it is configured, Profiles that nobody knows yet take a pod each
 */
export function estimateText(
  room: Room,
  paint: Paint,
  { artifacts }: { artifacts?: object | undefined } = {},
): string {
  const { groups, waiting } = room;
  const verdict =
    waiting.length === 0
      ? 'the selected components fit on the configured nodes; what is left is for tenants'
      : `${paint.yellow('the selected components do not fit on the configured nodes')}: ${waiting.length} pods find no room`;
  const [pod] = componentPods['artifacts-of-a-profile'] ?? [];
  const later =
    artifacts === undefined || pod === undefined
      ? ''
      : `for its artifacts each Profile that the configuration does not name takes ${pod.cpuMillis}m of CPU and ${pod.memoryMiB} MiB more\n`;
  const title = `room on ${groups.reduce((sum, { nodes }) => sum + nodes, 0)} nodes, reckoned from what pods ask for`;
  return `\n${paint.bold(title)}\n${roomText(room)}\n${verdict}\n${later}`;
}
