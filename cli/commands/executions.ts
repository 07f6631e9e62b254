import { commandAgain, mayBeRetried } from '../../core/execution/advice';
import { deploymentOf } from '../../core/execution/deployment-of';
import { hadLock, takesLock } from '../../core/execution/had-lock';
import { lockStates, stackNames, workflowOf } from '../../core/naming';
import { defined } from '../../core/defined';
import { confirmDestroy } from '../confirm-destroy';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { findExecution } from '../find-execution';
import { follow, readExecution, type Followed } from '../follow';
import type { Host } from '../host';
import { requireRegistered } from '../known-deployments';
import { liveSteps } from '../render/live-steps';
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

/** `retry NAME|ARN`: redrives the failed execution at the step that failed; a destroy is confirmed as `destroy` is. */
export async function retry(
  host: Host,
  nameOrArn: string,
  options: ExecutionOptions & { yes?: boolean },
): Promise<ExitCode> {
  const { redriveExecution } = await import('../../adapters/aws/state-machines');
  const { isAwsError } = await import('../../adapters/aws/errors');
  const target = await connect(host, options, nameOrArn);
  const executionArn = await findExecution(target, nameOrArn, { redrivable: true });
  const followed = await readExecution(target, executionArn);
  refuseIfNotRetried(target, executionArn, followed);
  await refuseIfOvertaken(target, executionArn, followed);
  // One that runs or has done its work is not redriven, and that is said below.
  const { status: found } = followed.execution;
  if (workflowOf(executionArn) === 'destroy' && found !== 'RUNNING' && found !== 'SUCCEEDED') {
    const deployment = deploymentOf(followed.execution.input) ?? executionArn;
    await confirmDestroy(host, deployment, target, { ...options, goesOn: true });
  }
  try {
    await redriveExecution(target.clients, executionArn);
  } catch (error) {
    if (!isAwsError(error, 'ExecutionNotRedrivable')) throw error;
    const { status } = (await readExecution(target, executionArn)).execution;
    throw new CliError(
      `${executionArn} is ${status.toLowerCase()} and cannot be redriven: ${error.message}`,
      exitCodes.badInput,
      status === 'RUNNING'
        ? `watch it: kubeflow-eks watch ${executionArn}${target.flags}`
        : `start a new execution instead: kubeflow-eks start CONFIG${target.flags}; what is there already is kept`,
    );
  }
  return reportStarted(host, target, executionArn, { watch: true, ...options });
}

/**
 * A redrive goes on after the step that took the lock. Where another execution has had it since, running or not, the
 * old one would find that out at its first change, and fail.
 */
async function refuseIfOvertaken(
  target: Target,
  executionArn: string,
  { execution, view }: Followed,
): Promise<void> {
  const { readLock } = await import('../../adapters/aws/registry-lock');
  const { describeExecution, isStillRunning } = await import('../../adapters/aws/executions');
  const deployment = deploymentOf(execution.input);
  // One that was giving it back has nothing left to change.
  const isDone = view.steps.some(({ name }) => name === lockStates.release);
  if (!takesLock(workflowOf(executionArn)) || deployment === undefined || isDone) return;
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
    return `start a new execution: kubeflow-eks start CONFIG${flags}, which keeps what is there (or destroy)`;
  return running
    ? `watch that one: kubeflow-eks watch ${holder}${flags}`
    : `it has ended: retry that one (kubeflow-eks retry ${holder}${flags}), or start a new execution`;
}

/**
 * A run that never had the lock has done nothing. Going on with it later would do what it was started for then: a destroy
 * that was refused, say, because a provisioning ran, would take away what that provisioning made.
 */
function refuseIfNotRetried({ flags }: Target, executionArn: string, { execution, view }: Followed): void {
  const workflow = workflowOf(executionArn);
  const again = commandAgain({ executionArn, ...defined({ input: execution.input }) });
  if (!mayBeRetried(workflow)) {
    throw new CliError(
      `a ${workflow} keeps no progress and is not retried`,
      exitCodes.badInput,
      `start another: kubeflow-eks ${again}${flags}`,
    );
  }
  if (!takesLock(workflow) || execution.status === 'RUNNING' || hadLock(view)) return;
  throw new CliError(
    `${executionArn} was refused before it had the deployment's lock: it has done nothing that could be gone on with`,
    exitCodes.badInput,
    `${workflow === 'destroy' ? 'if it is wanted still, ' : ''}start it again: kubeflow-eks ${again}${flags}`,
  );
}

/** `resync [NAME]`: makes access what the directory says, for one deployment or for all. */
export async function resync(
  host: Host,
  deployment: string | undefined,
  options: ExecutionOptions,
): Promise<ExitCode> {
  const target = await connect(host, options);
  if (deployment !== undefined) await requireRegistered(target, deployment);
  const executionArn = await startResync(target, deployment);
  return reportStarted(host, target, executionArn, { watch: true, ...options });
}

/** Starts a re-sync of a deployment, or of all. @returns the ARN of the execution */
export async function startResync(target: Target, deployment: string | undefined): Promise<string> {
  const { startExecution, stateMachineArn } = await import('../../adapters/aws/state-machines');
  return startExecution(
    target.clients,
    stateMachineArn(target.region, target.accountId, 'resync'),
    deployment === undefined ? {} : { deployment },
  );
}
