import {
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import type { AwsClients } from './clients';

/** The definition that an execution runs, which an update of the stack meanwhile does not change. */
export async function readDefinition(
  clients: AwsClients,
  executionArn: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { definition = '{}' } = await clients
    .get(SFNClient)
    .send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  return JSON.parse(definition) as Record<string, unknown>;
}

/** ARNs of the executions of a state machine that succeeded last, the newest first; at most so many. */
export async function lastSucceeded(
  clients: AwsClients,
  stateMachineArn: string,
  most: number,
): Promise<string[]> {
  const { executions = [] } = await clients
    .get(SFNClient)
    .send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: most }));
  return executions.flatMap(({ executionArn }) => executionArn ?? []);
}
