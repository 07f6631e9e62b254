import type { AwsClients } from '../adapters/aws/clients';
import { findInstanceShape } from '../adapters/aws/instance-shapes';
import { selectedComponents } from '../builds/kubeflow/components';
import type { Configuration } from '../core/configuration';
import { namedProfiles, podsElsewhere } from '../core/nodes/distribution-pods';
import { estimateRoom, type PlannedGroup } from '../core/nodes/estimate';
import { nodeVolumeGiB } from '../core/nodes/resources';
import type { Room } from '../core/nodes/room';

/** How the selected components fit on the configured nodes; nothing where EC2 does not tell of their machines. */
export async function reckonRoom(
  clients: AwsClients,
  configuration: Pick<
    Configuration,
    'kubeflow' | 'cpu_worker_type' | 'gpu_node_group' | 'nodegroup_desired_size'
  > &
    Parts,
): Promise<Room | undefined> {
  if (configuration.kubeflow.installer !== 'kustomize') return undefined;
  const { cpu_worker_type: cpuType, gpu_node_group: gpu, nodegroup_desired_size: nodes } = configuration;
  const wanted = [
    { name: 'node group', type: cpuType, nodes, isForGpus: false },
    ...(gpu === undefined
      ? []
      : [{ name: 'GPU node group', type: gpu.worker_type, nodes: gpu.desired_size, isForGpus: true }]),
  ];
  const groups: PlannedGroup[] = [];
  for (const { type, ...group } of wanted) {
    // The plan stands without it: who may plan need not be allowed to ask EC2.
    const shape = await findInstanceShape(clients, type).catch(() => undefined);
    if (shape === undefined) return undefined;
    groups.push({ ...group, shape, volumeGiB: nodeVolumeGiB });
  }
  return estimateRoom(partsOf(configuration), groups, podsElsewhere(configuration));
}

type Parts = Pick<
  Configuration,
  'access' | 'artifacts' | 'database' | 'kubeflow' | 'observability' | 'shared_volumes'
>;

/** Whose pods want room: the selected components, and what the settings add to them (`core/nodes/distribution-pods.ts`). */
export function partsOf(configuration: Parts): string[] {
  const { artifacts, kubeflow, observability, shared_volumes: shared } = configuration;
  const insights = observability?.container_insights;
  const profiles = artifacts === undefined ? [] : namedProfiles(configuration);
  return [
    ...selectedComponents(kubeflow.components).map(({ id }) => id),
    ...(kubeflow.model_registry?.namespaces ?? []).slice(1).map(() => 'further-registry'),
    ...(shared === undefined ? [] : ['shared-volumes']),
    ...(insights === undefined ? [] : ['container-insights']),
    ...(insights?.container_logs === true ? ['container-logs'] : []),
    ...profiles.map(() => 'artifacts-of-a-profile'),
  ];
}
