import { isAwsError } from '../../adapters/aws/errors';
import { CliError, exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { findExecution } from '../find-execution';
import { follow, readExecution } from '../follow';
import type { Host } from '../host';
import { liveSteps, stepsText } from '../render/steps';
import { reportExecution } from '../report';
import { connect } from '../target';
import type { TargetOptions } from '../target';
import { reportStarted } from './start';

export interface ExecutionOptions extends TargetOptions {
  json?: boolean;
  watch?: boolean;
}

/** `status NAME|ARN`: the steps of the latest execution as it stands. */
export async function status(host: Host, nameOrArn: string, options: ExecutionOptions): Promise<ExitCode> {
  const target = await connect(options);
  const executionArn = await findExecution(target, nameOrArn);
  const followed = await readExecution(target, executionArn);
  if (options.json !== true) host.out(`${stepsText(followed.view, host.now(), host.paint.out)}\n`);
  return reportExecution(host, executionArn, followed, { ...options, local: target.local });
}

/** `watch NAME|ARN`: follows the latest execution to its end. */
export async function watch(host: Host, nameOrArn: string, options: ExecutionOptions): Promise<ExitCode> {
  const target = await connect(options);
  const executionArn = await findExecution(target, nameOrArn);
  const live = liveSteps(host, options.json === true);
  const followed = await follow(host, target, executionArn, live);
  return reportExecution(host, executionArn, followed, { ...options, local: target.local });
}

/** `retry NAME|ARN`: redrives the failed execution at the step that failed. */
export async function retry(host: Host, nameOrArn: string, options: ExecutionOptions): Promise<ExitCode> {
  const { redriveExecution } = await import('../../adapters/aws/state-machines');
  const target = await connect(options);
  const executionArn = await findExecution(target, nameOrArn);
  try {
    await redriveExecution(target.clients, executionArn);
  } catch (error) {
    if (!isAwsError(error, 'ExecutionNotRedrivable')) throw error;
    const { execution } = await readExecution(target, executionArn);
    throw new CliError(
      `${executionArn} is ${execution.status.toLowerCase()} and cannot be redriven: ${error.message}`,
      exitCodes.badInput,
      execution.status === 'RUNNING'
        ? `watch it: kubeflow-eks watch ${executionArn}`
        : 'start a new execution instead: kubeflow-eks start CONFIG; what is there already is kept',
    );
  }
  return reportStarted(host, target, executionArn, { watch: true, ...options });
}

/** `resync [NAME]`: makes access what the directory says, for one deployment or for all. */
export async function resync(
  host: Host,
  deployment: string | undefined,
  options: ExecutionOptions,
): Promise<ExitCode> {
  const { startExecution, stateMachineArn } = await import('../../adapters/aws/state-machines');
  const target = await connect(options);
  const executionArn = await startExecution(
    target.clients,
    stateMachineArn(target.region, target.accountId, 'resync'),
    deployment === undefined ? {} : { deployment },
  );
  return reportStarted(host, target, executionArn, { watch: true, ...options });
}
