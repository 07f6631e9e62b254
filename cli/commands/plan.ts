import { readableCause } from '../../core/execution/cause';
import { findInstanceShape } from '../../adapters/aws/instance-shapes';
import { selectedComponents } from '../../builds/kubeflow/components';
import type { Configuration } from '../../core/configuration';
import { defined } from '../../core/defined';
import { estimateRoom, type PlannedGroup } from '../../core/nodes/estimate';
import { nodeVolumeGiB } from '../../core/nodes/resources';
import type { Room } from '../../core/nodes/room';
import type { Plan } from '../../core/plan';
import { estimateCosts } from '../../core/prices/estimate-costs';
import { readConfiguration } from '../configuration-file';
import type { DocumentBody } from '../documents/document-kinds';
import { printDocument } from '../documents/print-document';
import { CliError, detailedExitCodes, exitCodes, type ExitCode } from '../exit-codes';
import { follow, type Followed } from '../follow';
import type { Host } from '../host';
import { changesOf, planNotes, planText } from '../render/plan';
import { costsText } from '../render/costs';
import { estimateText } from '../render/room';
import { liveSteps } from '../render/live-steps';
import { connect, type Target, type TargetOptions } from '../target';
import { startWith } from './start';

export interface PlanOptions extends TargetOptions {
  json?: boolean;
  detailedExitcode?: boolean;
  name?: string;
}

/** `plan CONFIG`: what provisioning would create, change and leave. */
export async function plan(host: Host, path: string, options: PlanOptions): Promise<ExitCode> {
  const { document, configuration } = await readConfiguration(path);
  const target = await connect(host, options, configuration);
  const executionArn = await startWith(host, target, 'plan', { document, configuration }, options.name);
  host.err(`started ${executionArn}\n`);
  const live = liveSteps(host, options.json === true);
  const found = outcome(target, executionArn, await follow(host, target, executionArn, live));
  const room = await reckonRoom(target, configuration);
  const costs = estimateCosts(configuration);
  if (options.json === true) printDocument(host, 'Plan', { ...planBody(found), ...defined({ room }), costs });
  else
    host.out(
      `${planText(found, host.paint.out)}${room === undefined ? '' : estimateText(room, host.paint.out)}${costsText(costs, host.paint.out)}`,
    );
  if (found.summary.problem > 0) return exitCodes.failed;
  const { create, change, follows } = found.summary;
  return options.detailedExitcode === true && create + change + follows > 0
    ? detailedExitCodes.differs
    : exitCodes.ok;
}

/** A plan for machines. Its sums are those of the text: of changes, and of steps by their verdict. */
function planBody({ deployment, steps, summary }: Plan): Omit<DocumentBody<'Plan'>, 'costs'> {
  return {
    deployment,
    steps: steps.map(({ problem, notes: _notes, ...step }) => ({
      ...step,
      ...(problem !== undefined && { error: { name: problem.error, message: problem.message } }),
    })),
    summary: { changes: changesOf(steps), steps: summary },
    notes: planNotes({ deployment, steps }),
  };
}

/** How the selected components fit on the configured nodes; nothing where EC2 does not tell of their machines. */
async function reckonRoom({ clients }: Target, configuration: Configuration): Promise<Room | undefined> {
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
  const ids = selectedComponents(configuration.kubeflow.components).map(({ id }) => id);
  return estimateRoom(ids, groups);
}

/** @throws CliError for an execution that has come to no plan */
function outcome(target: Target, executionArn: string, { execution }: Followed): Plan {
  const { status, output, error, cause } = execution;
  if (status === 'SUCCEEDED' && output !== undefined) return JSON.parse(output) as Plan;
  throw new CliError(
    `no plan could be made: ${executionArn} is ${status.toLowerCase()}` +
      (error === undefined ? '' : `: ${error}: ${readableCause(cause)}`),
    exitCodes.failed,
    `nothing was changed; when that is mended, plan again (the steps: kubeflow-eks status ${executionArn}${target.flags})`,
  );
}
