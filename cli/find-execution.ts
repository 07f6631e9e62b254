import { stackNames } from '../core/naming';
import { CliError, exitCodes } from './exit-codes';
import type { Target } from './target';

/** An execution's ARN, taken apart. */
export interface ExecutionArn {
  region: string;
  accountId: string;
  stateMachine: string;
  name: string;
}

/**
 * Takes an execution's ARN apart.
 *
 * @returns `undefined` for what is no ARN, and so a name
 * @throws CliError for the ARN of something else
 */
export function parseExecutionArn(text: string): ExecutionArn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const match = /^arn:aws[a-z-]*:states:([a-z0-9-]+):(\d{12}):execution:([^:]+):([^:]+)$/.exec(text);
  const [, region, accountId, stateMachine, name] = match ?? [];
  if (region === undefined || accountId === undefined || stateMachine === undefined || name === undefined) {
    throw new CliError(
      `"${text}" is not the ARN of an execution`,
      exitCodes.badInput,
      'it looks like arn:aws:states:REGION:ACCOUNT:execution:kubeflow-eks-provision:NAME; the name of a deployment does as well',
    );
  }
  return { region, accountId, stateMachine, name };
}

/** `acme-20260102-030405`: tells what and when. */
export function executionNameFor(deployment: string, now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  return `${deployment}-${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}

/** Whether {@link executionNameFor} made a name for this deployment, and not for one whose name begins alike. */
export function isNamedFor(deployment: string, executionName: string): boolean {
  return (
    executionName.startsWith(`${deployment}-`) &&
    /^\d{8}-\d{6}$/.test(executionName.slice(deployment.length + 1))
  );
}

/**
 * The execution that a person means: an ARN as it is, a deployment's name for the execution that last began for it.
 * The registry knows those that got as far as the lock, whoever started them and by whatever name; one that has only
 * just begun, or failed before, is known by the name that `start` gave it.
 *
 * @throws CliError when there is none
 */
export async function findExecution(target: Target, nameOrArn: string): Promise<string> {
  if (parseExecutionArn(nameOrArn) !== undefined) return nameOrArn;
  const candidates = [
    ...(await startedByName(target, nameOrArn)),
    ...(await lastRegistered(target, nameOrArn)),
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

async function lastRegistered({ clients }: Target, deployment: string): Promise<Candidate[]> {
  const { listRuns } = await import('../adapters/aws/registry-runs');
  const { describeExecution } = await import('../adapters/aws/executions');
  const [run] = await listRuns(clients, stackNames.table, deployment);
  if (run === undefined) return [];
  const execution = await describeExecution(clients, run.executionArn);
  const beganAt = execution?.redrivenAt ?? execution?.startedAt;
  return beganAt === undefined ? [] : [{ executionArn: run.executionArn, beganAt }];
}
