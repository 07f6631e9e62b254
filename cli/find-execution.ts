import { stackNames, stateMachineName } from '../core/naming';
import { isNamedFor, parseExecutionArn } from './execution-name';
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
  const { readLatestRun } = await import('../adapters/aws/registry-runs');
  const latest =
    begun ??
    // A failed holder keeps the lock, so it is the last that had it; rows of an older release have no other word for it.
    lock?.executionArn ??
    (await readLatestRun(target.clients, stackNames.table, nameOrArn))?.executionArn ??
    (await lastThatSucceeded(target, nameOrArn));
  if (latest !== undefined) return latest;
  throw new CliError(
    `no execution of "${nameOrArn}" is known in ${placeOf(target)}`,
    exitCodes.notFound,
    [
      await didYouMean(target, nameOrArn),
      await refusedOne(target, nameOrArn),
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

/** Of a deployment whose last run was before the registry noted which one it was: only a run with the lock succeeds. */
async function lastThatSucceeded({ clients }: Target, deployment: string): Promise<string | undefined> {
  const { listRuns } = await import('../adapters/aws/registry-runs');
  const runs = await listRuns(clients, stackNames.table, deployment);
  return runs.find(
    ({ status, stateMachine }) => status === 'SUCCEEDED' && stateMachine !== stateMachineName('resync'),
  )?.executionArn;
}

/** Where to read why the last one was refused. */
async function refusedOne({ clients, flags }: Target, deployment: string): Promise<string | undefined> {
  const { listRuns } = await import('../adapters/aws/registry-runs');
  const [refused] = await listRuns(clients, stackNames.table, deployment);
  if (refused === undefined) return undefined;
  return `the last one was refused before it did anything: kubeflow-eks status ${refused.executionArn}${flags}`;
}
