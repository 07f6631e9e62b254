import { stackNames } from '../core/naming';
import { CliError, exitCodes } from './exit-codes';
import type { Target } from './target';

/**
 * The execution that a person means: an ARN as it is, a deployment's name for its latest execution. The registry knows
 * it, whoever started it and by whatever name; one that failed before it was registered is found by its own name.
 *
 * @throws CliError when there is none
 */
export async function findExecution(
  { clients, region, accountId, local }: Target,
  nameOrArn: string,
): Promise<string> {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  const { listRuns } = await import('../adapters/aws/registry-runs');
  const { latestExecution, stateMachineArn } = await import('../adapters/aws/state-machines');
  const runs = await listRuns(clients, stackNames.table, nameOrArn);
  const [latest] = runs;
  if (latest !== undefined) return latest.executionArn;
  const named = await latestExecution(
    clients,
    stateMachineArn(region, accountId, 'provision'),
    `${nameOrArn}-`,
  );
  if (named !== undefined) return named;
  throw new CliError(
    `no execution of "${nameOrArn}" is known in ${local ? 'the local region' : `${region} of account ${accountId}`}`,
    exitCodes.notFound,
    'name a deployment by its eks_name, or give the ARN of an execution',
  );
}
