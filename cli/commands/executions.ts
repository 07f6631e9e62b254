import { CliError, exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { deploymentOf, findExecution } from '../find-execution';
import { follow, readExecution } from '../follow';
import type { Host } from '../host';
import { liveSteps } from '../render/steps';
import { reportExecution } from '../report';
import { connect } from '../target';
import type { Target, TargetOptions } from '../target';
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
  const executionArn = await findExecution(target, nameOrArn);
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
 * A redrive goes on after the step that took the lock. Where another execution has taken it over since, running or not,
 * the old one would work on the deployment without it.
 */
async function refuseIfOvertaken({ clients, flags }: Target, executionArn: string): Promise<void> {
  const { readLock } = await import('../../adapters/aws/registry-lock');
  const { describeExecution, isStillRunning } = await import('../../adapters/aws/executions');
  const { stackNames } = await import('../../core/naming');
  const execution = await describeExecution(clients, executionArn);
  const deployment = execution === undefined ? undefined : deploymentOf(execution.input);
  if (deployment === undefined) return;
  const lock = await readLock(clients, stackNames.table, deployment);
  if (lock === undefined || lock.executionArn === executionArn) return;
  const holder = await describeExecution(clients, lock.executionArn);
  const running = holder !== undefined && isStillRunning(holder.status);
  throw new CliError(
    `another execution has taken over the deployment ${deployment}: ${lock.executionArn}`,
    exitCodes.conflict,
    running
      ? `watch that one: kubeflow-eks watch ${lock.executionArn}${flags}`
      : `it has ended: retry that one (kubeflow-eks retry ${lock.executionArn}${flags}), or start a new execution`,
  );
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
