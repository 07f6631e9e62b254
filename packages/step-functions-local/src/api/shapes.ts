import type { HistoryEvent } from '../execution/history';
import type { ExecutionRecord } from '../execution/records';
import { redriveObstacle } from '../execution/redrive';
import type { StateMachine } from '../service/state-machines';
import { defined } from '../defined';

/** Records in the form of the API: times are seconds since the Unix epoch, absent fields are left out. */

export const seconds = (milliseconds: number): number => milliseconds / 1000;

export function executionListItem(record: ExecutionRecord): Record<string, unknown> {
  return {
    executionArn: record.arn,
    stateMachineArn: record.stateMachineArn,
    name: record.name,
    status: record.status,
    startDate: seconds(record.startDate),
    ...(record.stopDate !== undefined && { stopDate: seconds(record.stopDate) }),
    redriveCount: record.redriveCount,
    ...(record.redriveDate !== undefined && { redriveDate: seconds(record.redriveDate) }),
    ...defined({ mapRunArn: record.mapRunArn }),
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export function executionDescription(
  record: ExecutionRecord,
  events: number,
  now: number,
): Record<string, unknown> {
  const obstacle =
    record.mapRunArn === undefined
      ? redriveObstacle(record, events, now)
      : 'Execution is a child workflow and is redriven by its Map Run';
  return {
    ...executionListItem(record),
    input: record.input,
    inputDetails: { included: true },
    ...(record.output !== undefined && { output: record.output, outputDetails: { included: true } }),
    ...(record.failure?.error !== undefined && { error: record.failure.error }),
    ...(record.failure?.cause !== undefined && { cause: record.failure.cause }),
    ...defined({ traceHeader: record.traceHeader }),
    redriveStatus:
      obstacle === undefined
        ? 'REDRIVABLE'
        : record.mapRunArn !== undefined && record.status !== 'RUNNING' && record.status !== 'SUCCEEDED'
          ? 'REDRIVABLE_BY_MAP_RUN'
          : 'NOT_REDRIVABLE',
    ...defined({ redriveStatusReason: obstacle }),
  };
}

export function stateMachineDescription(machine: StateMachine): Record<string, unknown> {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    definition: machine.definition,
    roleArn: machine.roleArn,
    type: machine.type,
    creationDate: seconds(machine.creationDate),
    loggingConfiguration: machine.loggingConfiguration,
    tracingConfiguration: machine.tracingConfiguration,
    revisionId: machine.revisionId,
  };
}

/** Payload fields, and the details object that says whether the payload is whole. */
const payloadDetails: Readonly<Record<string, string>> = {
  input: 'inputDetails',
  output: 'outputDetails',
  assignedVariables: 'assignedVariablesDetails',
};

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
export function historyEvent(event: HistoryEvent, includeExecutionData: boolean): Record<string, unknown> {
  const { id, previousEventId, type, timestamp } = event;
  const key = detailsKey(type);
  if (event.details === undefined || key === undefined) {
    return { timestamp: seconds(timestamp), type, id, previousEventId };
  }
  const details: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event.details)) {
    const describedBy = payloadDetails[name];
    // Inputs and outputs are execution data; a task's parameters are shown all the same.
    if (includeExecutionData || describedBy === undefined) details[name] = value;
    if (describedBy !== undefined && includeExecutionData) details[describedBy] = { truncated: false };
  }
  return { timestamp: seconds(timestamp), type, id, previousEventId, [key]: details };
}

/** `stateEnteredEventDetails` for every kind of state; else the type with a lower first letter. */
function detailsKey(type: string): string | undefined {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
