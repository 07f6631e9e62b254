import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import type { ExecutionEvent, ExecutionStatus } from '../../core/execution/execution-event';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { defined } from '../../core/defined';

/** An execution, as much as the tasks need. */
export interface ExecutionSummary {
  status: ExecutionStatus;
  /** JSON. */
  input: string;
  /** JSON; of one that succeeded. */
  output?: string;
  startedAt?: Date;
  /** How often it was redriven. */
  redrives: number;
  /** The last redrive. */
  redrivenAt?: Date;
  stoppedAt?: Date;
  error?: string;
  cause?: string;
}

/** A redrive that has been asked for will go on where the execution stopped: it counts as running. */
export function isStillRunning(status: ExecutionStatus): status is 'RUNNING' | 'PENDING_REDRIVE' {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}

/** An execution, or `undefined` where Step Functions does not know it (any more: it forgets after 90 days). */
export async function describeExecution(
  clients: AwsClients,
  executionArn: string,
): Promise<ExecutionSummary | undefined> {
  try {
    const found = await clients.get(SFNClient).send(new DescribeExecutionCommand({ executionArn }));
    return {
      status: found.status ?? 'RUNNING',
      input: found.input ?? '{}',
      redrives: found.redriveCount ?? 0,
      ...defined({
        output: found.output,
        startedAt: found.startDate,
        redrivenAt: found.redriveDate,
        stoppedAt: found.stopDate,
        error: found.error,
        cause: found.cause,
      }),
    };
  } catch (error) {
    if (isAwsError(error, 'ExecutionDoesNotExist')) return undefined;
    throw error;
  }
}

/**
 * The history of an execution, in order. Read whole: the workflows keep their histories to some hundreds of events.
 * Inputs and outputs of states are left out, since they may be large, unless the execution was redriven: then what a
 * task was asked to do is the only thing that tells which of several states its attempt belongs to.
 *
 * @param options `withData`: never left out, for who wants to know what builds were started
 * @returns the events; none where Step Functions does not know the execution
 */
export async function readExecutionEvents(
  clients: AwsClients,
  executionArn: string,
  { withData = false }: { withData?: boolean } = {},
): Promise<ExecutionEvent[]> {
  try {
    const events = await readEvents(clients, executionArn, withData);
    if (withData) return events;
    const redriven = events.some(({ type }) => type === 'ExecutionRedriven');
    return redriven ? await readEvents(clients, executionArn, true) : events;
  } catch (error) {
    if (isAwsError(error, 'ExecutionDoesNotExist')) return [];
    throw error;
  }
}

async function readEvents(
  clients: AwsClients,
  executionArn: string,
  includeExecutionData: boolean,
): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await clients.get(SFNClient).send(
      new GetExecutionHistoryCommand({
        executionArn,
        maxResults: 1000,
        includeExecutionData,
        ...defined({ nextToken }),
      }),
    );
    events.push(...(page.events ?? []).map(toExecutionEvent));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

/** The service keeps each type's details under a key of its own; what they have in common is what counts here. */
function toExecutionEvent(event: HistoryEvent): ExecutionEvent {
  const entries: [string, unknown][] = Object.entries(event);
  const [, details] =
    entries.find(([key, value]) => key.endsWith('EventDetails') && value !== undefined) ?? [];
  const { name, index, parameters, error, cause } = (details ?? {}) as Partial<
    Pick<ExecutionEvent, 'name' | 'index' | 'parameters' | 'error' | 'cause'>
  >;
  const submission = event.taskSubmittedEventDetails?.output;
  const output = event.taskSucceededEventDetails?.output;
  return {
    id: event.id ?? 0,
    previousEventId: event.previousEventId ?? 0,
    timestamp: event.timestamp?.getTime() ?? 0,
    type: event.type ?? '',
    ...defined({ name, index, parameters, submission, output, error, cause }),
  };
}
