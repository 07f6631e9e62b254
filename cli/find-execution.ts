import type { Run } from '../adapters/aws/registry-runs';
import { takesLock } from '../core/execution/had-lock';
import { isNamedFor } from '../core/execution/name-execution';
import { stackNames, workflowOf } from '../core/naming';
import { parseExecutionArn } from './execution-name';
import { CliError, exitCodes } from './exit-codes';
import { didYouMean, placeOf } from './known-deployments';
import type { Target } from './target';

/**
 * The execution that a person means: an ARN as it is; a deployment's name for its run. That is
 *
 * 1. the one that has the deployment's lock, while it runs;
 * 2. else one that `start` or `destroy` has only just begun, and that has not come to the lock yet;
 * 3. else the last one that had the lock.
 *
 * One that was refused is never meant: it has done nothing, and going on with it would do what nobody asked for any more.
 *
 * @param options `redrivable`: one that has only just begun is not meant
 * @throws CliError when there is none
 */
export async function findExecution(
  target: Target,
  nameOrArn: string,
  options: { redrivable?: boolean } = {},
): Promise<string> {
  if (parseExecutionArn(nameOrArn) !== undefined) return nameOrArn;
  const { readLock } = await import('../adapters/aws/registry-lock');
  const lock = await readLock(target.clients, stackNames.table, nameOrArn);
  if (lock !== undefined && (await isRunning(target, lock.executionArn))) return lock.executionArn;
  const begun = options.redrivable === true ? undefined : await justBegun(target, nameOrArn);
  const { lastSuccess, listRuns, readLatestRun } = await import('../adapters/aws/registry-runs');
  // A failed holder keeps the lock, so it is the last that had it; rows of an older release have no other word for it.
  const meant =
    begun ??
    lock?.executionArn ??
    (await readLatestRun(target.clients, stackNames.table, nameOrArn))?.executionArn;
  if (meant !== undefined) return meant;
  const runs = await listRuns(target.clients, stackNames.table, nameOrArn);
  const succeeded = lastSuccess(runs);
  if (succeeded !== undefined) return succeeded.executionArn;
  throw new CliError(
    `no execution of "${nameOrArn}" is known in ${placeOf(target)}`,
    exitCodes.notFound,
    [
      await didYouMean(target, nameOrArn),
      refusedOne(runs, target),
      'name a deployment by its eks_name, or give the ARN of an execution; look at --region and --profile',
    ]
      .filter((line) => line !== undefined)
      .join('\n'),
  );
}

async function isRunning({ clients }: Target, executionArn: string): Promise<boolean> {
  const { describeExecution, isStillRunning } = await import('../adapters/aws/executions');
  const execution = await describeExecution(clients, executionArn);
  return execution !== undefined && isStillRunning(execution.status);
}

async function justBegun(target: Target, deployment: string): Promise<string | undefined> {
  const { listExecutions, stateMachineArn } = await import('../adapters/aws/state-machines');
  const found = await Promise.all(
    (['provision', 'destroy'] as const).map((workflow) =>
      listExecutions(target.clients, stateMachineArn(target.region, target.accountId, workflow), 'RUNNING'),
    ),
  );
  const [latest] = found
    .flat()
    .filter(({ name }) => isNamedFor(deployment, name))
    .sort((a, b) => b.beganAt.getTime() - a.beganAt.getTime());
  return latest?.executionArn;
}

/** Where to read why the last one was refused. */
function refusedOne(runs: readonly Run[], { flags }: Target): string | undefined {
  const refused = runs.find(({ executionArn }) => takesLock(workflowOf(executionArn)));
  if (refused === undefined) return undefined;
  return `the last one was refused before it did anything: kubeflow-eks status ${refused.executionArn}${flags}`;
}
