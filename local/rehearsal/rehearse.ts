import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RedriveExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { createClients } from '../../adapters/aws/clients';
import { describeExecution } from '../../adapters/aws/executions';
import { formatProblem, parseConfiguration, type Configuration } from '../../core/configuration';
import { culprit } from '../../core/execution/culprit';
import type { ExecutionView } from '../../core/execution/view';
import { stateMachineName } from '../../core/naming';
import { makeOwnedTempDir, sweepTempDirs } from '../processes/owned-temp-dir';
import { synthesizeOnce } from '../stack/synthesis-cache';
import { Chaos, failState, nodeTooOld, operator, stackOptionsFor, startRegion, type Region } from '../region';
import { logFileOf } from '../region/log-files';
import { followExecution, plainStep } from './follow-execution';
import { reviewRoom } from './review-room';
import { tryOut } from './try-out';
import type { SampleUser } from '../../core/configuration/users';
import type { ProgressReporter, RehearsalResult } from './result';
import { taskStates } from '../../core/execution/task-states';
import { problemOfState } from './problem-of-state';
import { defined } from '../../core/defined';

export interface RehearsalOptions {
  /** The document as written: what would be the execution's input. */
  configuration: unknown;
  users?: readonly SampleUser[];
  /** Name of a state whose work fails for good at the first run. */
  fail?: string;
  /** Faults that pass, drawn from this seed, while it provisions; what fails of them is redriven. */
  chaos?: number;
  /** Redrive the failed execution. */
  retry?: boolean;
  report: ProgressReporter;
  signal?: AbortSignal;
  /** Folder for logs and data; by default a temporary one that is removed at the end. */
  dir?: string;
  /** Folder with a whole distribution of Kubeflow, rendered (`mirror:pack`), in the place of the reduced one. */
  distribution?: string;
  /** Plans first, in an execution of this name. */
  planAs?: string;
  /** Looks at the region before it is taken down. */
  inspect?: (region: Region, result: RehearsalResult) => Promise<void>;
}

/** Of the folders of rehearsals in the system's temporary one. */
const folderPrefix = 'kubeflow-eks-rehearsal-';

/** A rehearsal that cannot begin, and why. */
export class RehearsalError extends Error {
  override name = 'RehearsalError';
}

/**
 * Rehearses a whole provisioning in a local region of its own: brings the region up, starts the workflow with the
 * configuration, follows it, logs the sample users in, asks the API server who may do what, and takes the region down.
 *
 * @throws RehearsalError for an invalid configuration, a state that the workflow does not have, or a Node.js that is too old
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalResult> {
  const tooOld = nodeTooOld();
  if (tooOld !== undefined) throw new RehearsalError(tooOld);
  const parsed = parseConfiguration(options.configuration);
  if (!parsed.ok)
    throw new RehearsalError(`invalid configuration:\n${parsed.problems.map(formatProblem).join('\n')}`);
  const { configuration } = parsed;
  await checkFolders(options);
  const { report } = options;
  report.phase('local region');
  for (const left of await sweepTempDirs(folderPrefix))
    report.line(`removed what a rehearsal that was killed left: ${left}`);
  const temporary = options.dir === undefined ? await makeOwnedTempDir(folderPrefix) : undefined;
  try {
    return await rehearseIn(options.dir ?? temporary?.path ?? '', configuration, options);
  } finally {
    await temporary?.remove();
  }
}

/** @throws RehearsalError for a folder that would be written over, or has no distribution */
async function checkFolders({ dir, distribution }: RehearsalOptions): Promise<void> {
  const entries = async (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
  if (dir !== undefined && (await entries(dir)).length > 0) {
    throw new RehearsalError(
      `${dir} is not empty: name a new folder for the logs and data of this rehearsal`,
    );
  }
  if (distribution !== undefined && !(await entries(distribution)).includes('common')) {
    throw new RehearsalError(
      `${distribution} has no folder "common": unpack an archive of mirror:pack there`,
    );
  }
}

/** The rehearsal of a valid configuration, in a folder for its logs and data. */
async function rehearseIn(
  dir: string,
  configuration: Configuration,
  options: RehearsalOptions,
): Promise<RehearsalResult> {
  const { report } = options;
  const context = stackOptionsFor(options.configuration);
  for (const [name, value] of Object.entries(context)) {
    report.line(`the stack is deployed with the option ${name}=${value}, which this configuration needs`);
  }
  if (options.fail !== undefined) await requireState(dir, configuration, context, options.fail);
  const region = await startRegion({
    dir,
    context,
    accountId: configuration.account_id,
    region: configuration.region,
    clock: 'virtual',
    ...defined({ distribution: options.distribution }),
    ...(options.fail !== undefined && { faults: failState(options.fail) }),
    onProgress: (message, isPassing) => {
      report.line(message, isPassing);
    },
    onBuildLine: (project, line) => {
      report.line(`${project}: ${line}`);
    },
  });
  try {
    const result = await provision(region, configuration.eks_name, options);
    if (result.status === 'SUCCEEDED') await tryOut(region, configuration.eks_name, options, result);
    const cluster = region.clusters.find(configuration.eks_name);
    if (cluster !== undefined) result.room = await reviewRoom(cluster);
    result.refusals.push(...region.access.refusals());
    await options.inspect?.(region, result);
    return result;
  } finally {
    report.phase('taking the local region down');
    await region.stop();
  }
}

async function provision(
  region: Region,
  deployment: string,
  options: RehearsalOptions,
): Promise<RehearsalResult> {
  const { report, signal } = options;
  report.phase('account');
  const { document, mappings } = await region.prepare(options.configuration);
  for (const { path, configured, used, why } of mappings) {
    report.line(`${path}: ${used} stands for ${configured} here, since ${why}`);
  }
  const clients = operatorClients(region);
  try {
    const sfn = clients.get(SFNClient);
    if (options.planAs !== undefined) {
      report.phase('plan');
      const { executionArn = '' } = await sfn.send(
        new StartExecutionCommand({
          stateMachineArn: machineOf(region, stateMachineName('plan')).arn,
          name: options.planAs,
          input: JSON.stringify(document),
        }),
      );
      await followExecution(clients, executionArn, report, signal);
    }
    report.phase('provisioning');
    const chaos = options.chaos === undefined ? undefined : unleash(region, options.chaos, report);
    const stateMachineArn = machineOf(region, stateMachineName('provision')).arn;
    const { executionArn = '' } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(document) }),
    );
    let view = await followExecution(clients, executionArn, report, signal);
    // What follows a failure (the recorder) belongs to the run.
    await region.bus.settled();
    if (view.status !== 'SUCCEEDED' && options.retry === true) {
      delete region.faults.state;
      report.phase('retry');
      await sfn.send(new RedriveExecutionCommand({ executionArn }));
      view = await followExecution(clients, executionArn, report, signal);
      await region.bus.settled();
    }
    let redrives = 0;
    while (chaos !== undefined && view.status === 'FAILED' && redrives < mostRedrives) {
      redrives += 1;
      chaos.redriven();
      report.phase(`redrive ${redrives}`);
      await sfn.send(new RedriveExecutionCommand({ executionArn }));
      view = await followExecution(clients, executionArn, report, signal);
      await region.bus.settled();
    }
    const result = await resultOf(clients, executionArn, deployment, view, mappings);
    if (options.dir !== undefined) Object.assign(result, defined({ logFile: failedLog(options.dir, view) }));
    if (chaos === undefined) return result;
    if (view.status === 'SUCCEEDED') chaos.ended();
    chaos.rest();
    return { ...result, chaos: { seed: chaos.seed, redrives, met: chaos.met } };
  } finally {
    clients.destroy();
  }
}

/** A build is killed once at most, and there are two of them; two more for what no retry outlasts. */
const mostRedrives = 4;

function unleash(region: Region, seed: number, report: ProgressReporter): Chaos {
  report.line(`faults are drawn from the seed ${seed}`);
  const chaos = new Chaos(seed, ({ kind, call, step }) => {
    report.line(`fault: ${kind}: ${call}${step === undefined ? '' : ` (${step})`}`);
  });
  Object.assign(region.faults, chaos.faults);
  return chaos;
}

/** The log that the failed step has written; one that was failed by a fault before it began has none. */
function failedLog(dir: string, view: ExecutionView): string | undefined {
  const group = view.status === 'SUCCEEDED' ? undefined : culprit(view)?.log;
  const file = group === undefined ? undefined : logFileOf(dir, group);
  return file !== undefined && existsSync(file) ? file : undefined;
}

async function resultOf(
  clients: ReturnType<typeof createClients>,
  executionArn: string,
  deployment: string,
  view: ExecutionView,
  mappings: RehearsalResult['mappings'],
): Promise<RehearsalResult> {
  const execution = await describeExecution(clients, executionArn);
  return {
    status: view.status,
    deployment,
    executionArn,
    steps: view.steps.map(plainStep),
    outputs: JSON.parse(execution?.output ?? '{}') as Record<string, unknown>,
    logins: [],
    access: [],
    refusals: [],
    mappings,
    ...(execution?.error !== undefined && { error: execution.error }),
    ...(execution?.cause !== undefined && { cause: execution.cause }),
  };
}

/** Clients for the use of the region from outside, through its gateway. */
export function operatorClients(region: Region): ReturnType<typeof createClients> {
  return createClients({
    region: region.options.region,
    endpoint: region.gateway.endpoint,
    credentials: operator,
  });
}

function machineOf(
  region: Region,
  name: string,
): { arn: string; definition: Readonly<Record<string, unknown>> } {
  const machine = region.synthesis.deployed.stateMachines.find((candidate) => candidate.name === name);
  if (machine === undefined) throw new Error(`the stack deploys no state machine ${name}`);
  return machine;
}

/**
 * Looks the step up in the synthesised workflow, which the region takes from the cache then, before anything is brought up.
 *
 * @throws RehearsalError for one that it does not have
 */
async function requireState(
  dir: string,
  { account_id: account, region }: Configuration,
  context: Readonly<Record<string, string>>,
  name: string,
): Promise<void> {
  const { deployed } = await synthesizeOnce(join(dir, 'stack'), { account, region, context });
  const machine = deployed.stateMachines.find((each) => each.name === stateMachineName('provision'));
  const problem = problemOfState(name, taskStates(machine?.definition ?? {}));
  if (problem !== undefined) throw new RehearsalError(problem);
}
