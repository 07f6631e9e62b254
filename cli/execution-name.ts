import { CliError, exitCodes } from './exit-codes';

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
