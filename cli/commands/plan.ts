import { existsSync } from 'node:fs';
import { readableCause } from '../../core/execution/cause';
import type { Configuration } from '../../core/configuration';
import { defined } from '../../core/defined';
import { executionNameFor } from '../../core/execution/name-execution';
import { registeredConfiguration } from '../../core/handover/registered-configuration';
import { stackNames } from '../../core/naming';
import { readPlan } from '../../core/execution/read-plan';
import { hasSomethingToDo, type Plan } from '../../core/plan';
import { estimateCosts } from '../../core/prices/estimate-costs';
import { readConfiguration } from '../configuration-file';
import type { DocumentBody } from '../documents/document-kinds';
import { printDocument } from '../documents/print-document';
import { CliError, detailedExitCodes, exitCodes, type ExitCode } from '../exit-codes';
import { follow, type Followed } from '../follow';
import type { Host } from '../host';
import { reckonRoom } from '../estimated-room';
import { changesOf, planNotes, planText } from '../render/plan';
import { costsText } from '../render/costs';
import { estimateText } from '../render/room';
import { liveSteps } from '../render/live-steps';
import { requireRegistered } from '../known-deployments';
import { connect, type Target, type TargetOptions } from '../target';
import { startWith } from './start';

export interface PlanOptions extends TargetOptions {
  json?: boolean;
  detailedExitcode?: boolean;
  name?: string;
}

/** What of a configuration the estimates read: the registry has all of it. */
type Estimated = Omit<Configuration, 'notification_email' | 'saml_metadata'>;

/**
 * `plan CONFIG|NAME`: what provisioning would create, change and leave; by the name of a deployment what it would do with
 * the configuration that was last provisioned.
 */
export async function plan(host: Host, subject: string, options: PlanOptions): Promise<ExitCode> {
  const { target, configuration, executionArn } = isName(subject)
    ? await planOfName(host, subject, options)
    : await planOfFile(host, subject, options);
  host.err(`started ${executionArn}\n`);
  const live = liveSteps(host, options.json === true);
  const found = outcome(target, executionArn, await follow(host, target, executionArn, live));
  const room = await reckonRoom(target.clients, configuration);
  const costs = estimateCosts(configuration);
  if (options.json === true)
    printDocument(host, 'Plan', { ...planBody(found, target.flags), ...defined({ room }), costs });
  else
    host.out(
      `${planText(found, host.paint.out, target.flags)}${room === undefined ? '' : estimateText(room, host.paint.out, configuration)}${costsText(costs, host.paint.out)}`,
    );
  if (found.summary.problem > 0) return exitCodes.failed;
  return options.detailedExitcode === true && hasSomethingToDo(found.summary)
    ? detailedExitCodes.differs
    : exitCodes.ok;
}

interface Begun {
  target: Target;
  configuration: Estimated;
  executionArn: string;
}

/** A file without an ending is one where it is there; else it is the name of a deployment. */
function isName(subject: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]*$/.test(subject) && !existsSync(subject);
}

async function planOfFile(host: Host, path: string, options: PlanOptions): Promise<Begun> {
  const { document, configuration } = await readConfiguration(path);
  const target = await connect(host, options, configuration);
  const executionArn = await startWith(host, target, 'plan', { document, configuration }, options.name);
  return { target, configuration, executionArn };
}

async function planOfName(host: Host, deployment: string, options: PlanOptions): Promise<Begun> {
  const { readRegistration } = await import('../../adapters/aws/registry');
  const { startExecution, stateMachineArn } = await import('../../adapters/aws/state-machines');
  const target = await connect(host, options);
  const { clients, region, accountId } = target;
  const stored = await readRegistration(clients, stackNames.table, deployment);
  if (stored === undefined) {
    await requireRegistered(target, deployment);
    throw new Error(`${deployment} has just been registered; plan again`);
  }
  const configuration = registeredConfiguration(stored);
  const name = options.name ?? executionNameFor(deployment, host.now());
  const machineArn = stateMachineArn(region, accountId, 'plan');
  return {
    target,
    configuration,
    executionArn: await startExecution(clients, machineArn, { deployment }, name),
  };
}

/** A plan for machines. Its sums are those of the text: of changes, and of steps by their verdict. */
function planBody({ deployment, steps, summary }: Plan, flags: string): Omit<DocumentBody<'Plan'>, 'costs'> {
  return {
    deployment,
    steps: steps.map(({ problem, notes: _notes, ...step }) => ({
      ...step,
      ...(problem !== undefined && { error: { name: problem.error, message: problem.message } }),
    })),
    summary: { changes: changesOf(steps), steps: summary },
    notes: planNotes({ deployment, steps }, flags),
  };
}

/** @throws CliError for an execution that has come to no plan */
function outcome(target: Target, executionArn: string, { execution }: Followed): Plan {
  const { status, output, error, cause } = execution;
  if (status === 'SUCCEEDED' && output !== undefined) return readPlan(output);
  throw new CliError(
    `no plan could be made: ${executionArn} is ${status.toLowerCase()}` +
      (error === undefined ? '' : `: ${error}: ${readableCause(cause)}`),
    exitCodes.failed,
    `nothing was changed; when that is mended, plan again (the steps: kubeflow-eks status ${executionArn}${target.flags})`,
  );
}
