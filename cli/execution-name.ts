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

/** `acme-20260102-030405`: tells what and when. At most 69 of the 80 characters that Step Functions takes. */
export function executionNameFor(deployment: string, now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  return `${deployment}-${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}

/** Whether {@link executionNameFor} made a name for this deployment, and not for one whose name begins alike. */
export function isNamedFor(deployment: string, executionName: string): boolean {
  const prefix = `${deployment}-`;
  return executionName.startsWith(prefix) && /^\d{8}-\d{6}$/.test(executionName.slice(prefix.length));
}
