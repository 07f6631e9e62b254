import { deploymentOf } from '../../core/execution/deployment-of';
import { parseExecutionArn } from '../execution-name';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { findExecution } from '../find-execution';
import { follow, readExecution } from '../follow';
import type { Host } from '../host';
import { liveSteps } from '../render/steps';
import { reportExecution } from '../report-execution';
import { connect, type Target, type TargetOptions } from '../target';
import { reportStarted } from './start';

export interface ExecutionOptions extends TargetOptions {
  json?: boolean;
  watch?: boolean;
}

/** `watch NAME|ARN`: follows the latest execution to its end. */
export async function watch(host: Host, nameOrArn: string, options: ExecutionOptions): Promise<ExitCode> {
  const target = await connect(host, options, nameOrArn);
  const executionArn = await findExecution(target, nameOrArn);
  const live = liveSteps(host, options.json === true);
  return reportExecution(host, target, executionArn, await follow(host, target, executionArn, live), options);
}

/** `retry NAME|ARN`: redrives the failed execution at the step that failed. */
export async function retry(host: Host, nameOrArn: string, options: ExecutionOptions): Promise<ExitCode> {
  const { redriveExecution } = await import('../../adapters/aws/state-machines');
  const { isAwsError } = await import('../../adapters/aws/errors');
  const target = await connect(host, options, nameOrArn);
  const executionArn = await findExecution(target, nameOrArn, { redrivable: true });
  await refuseIfOvertaken(target, executionArn);
  try {
    await redriveExecution(target.clients, executionArn);
  } catch (error) {
    if (!isAwsError(error, 'ExecutionNotRedrivable')) throw error;
    const { execution } = await readExecution(target, executionArn);
    throw new CliError(
      `${executionArn} is ${execution.status.toLowerCase()} and cannot be redriven: ${error.message}`,
      exitCodes.badInput,
      execution.status === 'RUNNING'
        ? `watch it: kubeflow-eks watch ${executionArn}${target.flags}`
        : 'start a new execution instead: kubeflow-eks start CONFIG; what is there already is kept',
    );
  }
  return reportStarted(host, target, executionArn, { watch: true, ...options });
}

/**
 * A redrive goes on after the step that took the lock. Where another execution has had it since, running or not, the
 * old one would find that out at its first change, and fail.
 */
async function refuseIfOvertaken(target: Target, executionArn: string): Promise<void> {
  const { readLock } = await import('../../adapters/aws/registry-lock');
  const { describeExecution, isStillRunning } = await import('../../adapters/aws/executions');
  const { lockStates, stackNames, stateMachineName } = await import('../../core/naming');
  const machine = parseExecutionArn(executionArn)?.stateMachine;
  if (machine !== stateMachineName('provision') && machine !== stateMachineName('destroy')) return;
  const { execution, view } = await readExecution(target, executionArn);
  const deployment = deploymentOf(execution.input);
  const stepOf = (state: string) => view.steps.find(({ name }) => name === state);
  const hadLock = stepOf(lockStates.acquire)?.status === 'SUCCEEDED';
  // One that never had the lock asks for it first of all; one that was giving it back has nothing left to change.
  if (deployment === undefined || !hadLock || stepOf(lockStates.release) !== undefined) return;
  const lock = await readLock(target.clients, stackNames.table, deployment);
  if (lock?.executionArn === executionArn) return;
  const holder = lock && (await describeExecution(target.clients, lock.executionArn));
  const running = holder !== undefined && isStillRunning(holder.status);
  throw new CliError(
    `another execution has taken over the deployment ${deployment}` +
      (lock === undefined ? ', and has ended' : `: ${lock.executionArn}`),
    exitCodes.conflict,
    whatInstead(target, lock?.executionArn, running),
  );
}

function whatInstead({ flags }: Target, holder: string | undefined, running: boolean): string {
  if (holder === undefined)
    return `start a new execution: kubeflow-eks start CONFIG${flags} (or destroy); it keeps what is there`;
  return running
    ? `watch that one: kubeflow-eks watch ${holder}${flags}`
    : `it has ended: retry that one (kubeflow-eks retry ${holder}${flags}), or start a new execution`;
}

/** `resync [NAME]`: makes access what the directory says, for one deployment or for all. */
export async function resync(
  host: Host,
  deployment: string | undefined,
  options: ExecutionOptions,
): Promise<ExitCode> {
  const { startExecution, stateMachineArn } = await import('../../adapters/aws/state-machines');
  const target = await connect(host, options);
  const executionArn = await startExecution(
    target.clients,
    stateMachineArn(target.region, target.accountId, 'resync'),
    deployment === undefined ? {} : { deployment },
  );
  return reportStarted(host, target, executionArn, { watch: true, ...options });
}
