import { stackNames, stateMachineName } from '../core/naming';
import { isNamedFor, parseExecutionArn } from './execution-name';
import { CliError, exitCodes } from './exit-codes';
import type { Target } from './target';

/** The workflows whose executions can be redriven; a resync is started again. */
const redrivable = (['provision', 'destroy'] as const).map(stateMachineName);

/**
 * The execution that a person means: an ARN as it is, a deployment's name for the execution that last began for it.
 * The registry knows those that got as far as the lock, no matter who started them and by which name; one that has only
 * just begun, or failed before, is known by the name that `start` gave it.
 *
 * @param options `redrivable`: only one that could be redriven is meant by a name
 * @throws CliError when there is none
 */
export async function findExecution(
  target: Target,
  nameOrArn: string,
  options: { redrivable?: boolean } = {},
): Promise<string> {
  if (parseExecutionArn(nameOrArn) !== undefined) return nameOrArn;
  const candidates = [
    ...(await startedByName(target, nameOrArn)),
    ...(await lastRegistered(target, nameOrArn, options.redrivable === true)),
  ];
  const [latest] = candidates.sort((a, b) => b.beganAt.getTime() - a.beganAt.getTime());
  if (latest !== undefined) return latest.executionArn;
  const { region, accountId, local } = target;
  throw new CliError(
    `no execution of "${nameOrArn}" is known in ${local ? 'the local region' : `${region} of account ${accountId}`}`,
    exitCodes.notFound,
    'name a deployment by its eks_name, or give the ARN of an execution; look at --region and --profile',
  );
}

interface Candidate {
  executionArn: string;
  beganAt: Date;
}

async function startedByName(target: Target, deployment: string): Promise<Candidate[]> {
  const { listExecutions, stateMachineArn } = await import('../adapters/aws/state-machines');
  const found = await Promise.all(
    (['provision', 'destroy'] as const).map((workflow) =>
      listExecutions(target.clients, stateMachineArn(target.region, target.accountId, workflow)),
    ),
  );
  return found.flat().filter(({ name }) => isNamedFor(deployment, name));
}

async function lastRegistered(
  { clients }: Target,
  deployment: string,
  onlyRedrivable: boolean,
): Promise<Candidate[]> {
  const { listRuns } = await import('../adapters/aws/registry-runs');
  const { describeExecution } = await import('../adapters/aws/executions');
  const runs = await listRuns(clients, stackNames.table, deployment);
  const run = runs.find(({ stateMachine }) => !onlyRedrivable || redrivable.includes(stateMachine));
  if (run === undefined) return [];
  const execution = await describeExecution(clients, run.executionArn);
  const beganAt = execution?.redrivenAt ?? execution?.startedAt;
  return beganAt === undefined ? [] : [{ executionArn: run.executionArn, beganAt }];
}
