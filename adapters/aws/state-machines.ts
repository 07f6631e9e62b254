import {
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { stateMachineName, type Workflow } from '../../core/naming';
import { partitionOf } from '../../core/partitions';
import type { AwsClients } from './clients';
import { defined } from '../../core/defined';

/** The ARN of a workflow's state machine: its name is fixed, so it need not be looked up. */
export function stateMachineArn(region: string, accountId: string, workflow: Workflow): string {
  return `arn:${partitionOf(region)}:states:${region}:${accountId}:stateMachine:${stateMachineName(workflow)}`;
}

/**
 * Starts an execution.
 *
 * @param input the execution's input; at most 262,144 bytes as JSON
 * @returns the ARN
 * @throws the service's StateMachineDoesNotExist where the stack is not deployed
 */
export async function startExecution(
  clients: AwsClients,
  machineArn: string,
  input: unknown,
  name?: string,
): Promise<string> {
  const { executionArn = '' } = await clients.get(SFNClient).send(
    new StartExecutionCommand({
      stateMachineArn: machineArn,
      input: JSON.stringify(input),
      ...defined({ name }),
    }),
  );
  return executionArn;
}

/**
 * Redrives a failed execution: it goes on at the step that failed.
 *
 * @throws the service's ExecutionNotRedrivable for one that runs, has succeeded, or ended more than 14 days ago
 */
export async function redriveExecution(clients: AwsClients, executionArn: string): Promise<void> {
  await clients.get(SFNClient).send(new RedriveExecutionCommand({ executionArn }));
}

/** An execution as a list shows it. */
export interface ListedExecution {
  executionArn: string;
  name: string;
  /** When it was started, or redriven. */
  beganAt: Date;
}

/**
 * The executions of a state machine, the latest started first; 1,000 at most.
 *
 * @param status those of this status only
 */
export async function listExecutions(
  clients: AwsClients,
  machineArn: string,
  status?: 'RUNNING',
): Promise<ListedExecution[]> {
  const { executions = [] } = await clients.get(SFNClient).send(
    new ListExecutionsCommand({
      stateMachineArn: machineArn,
      maxResults: 1000,
      ...defined({ statusFilter: status }),
    }),
  );
  return executions.map(({ executionArn = '', name = '', startDate, redriveDate }) => ({
    executionArn,
    name,
    beganAt: redriveDate ?? startDate ?? new Date(0),
  }));
}
