import { requireArn } from '../service/arns';
import { ApiError, validationError } from '../service/errors';
import type { ExecutionRecord } from '../execution/records';
import { optionalText, text, type Body, type Operations } from './body';
import { page } from './pages';
import { executionDescription, executionListItem, historyEvent, seconds } from './shapes';
import { defined } from '../defined';

const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

/** The operations on executions and on the tasks that wait for a callback. */
export const executionOperations: Operations = {
  StartExecution(service, body) {
    const name = optionalText(body, 'name');
    const input = optionalText(body, 'input');
    const traceHeader = optionalText(body, 'traceHeader');
    const record = service.startExecution({
      stateMachineArn: requireArn('stateMachine', body['stateMachineArn']),
      ...defined({ name, input, traceHeader }),
    });
    return { executionArn: record.arn, startDate: seconds(record.startDate) };
  },

  StopExecution(service, body) {
    const error = optionalText(body, 'error');
    const cause = optionalText(body, 'cause');
    const record = service.stopExecution(requireArn('execution', body['executionArn']), {
      ...defined({ error, cause }),
    });
    return { stopDate: seconds(record.stopDate ?? service.now()) };
  },

  RedriveExecution(service, body) {
    const record = service.redriveExecution(
      requireArn('execution', body['executionArn']),
      optionalText(body, 'clientToken'),
    );
    return { redriveDate: seconds(record.redriveDate ?? service.now()) };
  },

  DescribeExecution(service, body) {
    const { record, events } = service.describeExecution(requireArn('execution', body['executionArn']));
    return executionDescription(record, events, service.now());
  },

  ListExecutions(service, body) {
    const { items, nextToken } = page(
      matching(service.executions.all(), body, service.machines),
      body,
      'executions',
    );
    return { executions: items.map(executionListItem), ...defined({ nextToken }) };
  },

  GetExecutionHistory(service, body) {
    const arn = requireArn('execution', body['executionArn']);
    const events = service.history(arn);
    const ordered = body['reverseOrder'] === true ? events.toReversed() : events;
    const { items, nextToken } = page(ordered, body, `history of ${arn}`);
    return {
      events: items.map((event) => historyEvent(event, body['includeExecutionData'] !== false)),
      ...defined({ nextToken }),
    };
  },

  SendTaskSuccess(service, body) {
    const output = text(body, 'output');
    let value: unknown;
    try {
      value = JSON.parse(output);
    } catch {
      throw new ApiError('InvalidOutput', `Invalid Output: 'Invalid JSON'`);
    }
    waiter(service, body).succeed(value);
    return {};
  },

  SendTaskFailure(service, body) {
    const error = optionalText(body, 'error');
    const cause = optionalText(body, 'cause');
    waiter(service, body).fail({
      ...defined({ error, cause }),
    });
    return {};
  },

  SendTaskHeartbeat(service, body) {
    waiter(service, body).heartbeat();
    return {};
  },
};

/** The form of the tokens that the interpreter gives out. */
const token = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html ("Errors")
 * @throws ApiError TaskTimedOut for the token of a task that waits no more, InvalidToken for what is no token.
 */
function waiter(
  service: Parameters<Operations[string]>[0],
  body: Body,
): {
  succeed(value: unknown): void;
  fail(failure: { error?: string; cause?: string }): void;
  heartbeat(): void;
} {
  const found = service.taskTokens.find(text(body, 'taskToken'));
  if (found !== undefined) return found;
  if (token.test(text(body, 'taskToken'))) {
    throw new ApiError('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
  }
  throw new ApiError('InvalidToken', `Invalid Token: 'Invalid token'`);
}

/** The executions of a machine or a Map Run, the newest first. */
function matching(
  all: readonly ExecutionRecord[],
  body: Body,
  machines: { get(arn: string): unknown },
): ExecutionRecord[] {
  const status = optionalText(body, 'statusFilter');
  if (status !== undefined && !statuses.includes(status)) {
    throw validationError(
      'statusFilter',
      status,
      `Member must satisfy enum value set: [${statuses.join(', ')}]`,
    );
  }
  const redrive = optionalText(body, 'redriveFilter');
  const mapRun = optionalText(body, 'mapRunArn');
  const machine = optionalText(body, 'stateMachineArn');
  if ((mapRun === undefined) === (machine === undefined)) {
    throw new ApiError('ValidationException', 'Exactly one of stateMachineArn and mapRunArn must be given');
  }
  if (machine !== undefined) machines.get(requireArn('stateMachine', machine));
  return all
    .filter(
      (record) =>
        (mapRun === undefined
          ? record.stateMachineArn === machine && record.mapRunArn === undefined
          : record.mapRunArn === mapRun) &&
        (status === undefined || record.status === status) &&
        (redrive === undefined || record.redriveCount > 0 === (redrive === 'REDRIVEN')),
    )
    .sort((a, b) => b.startDate - a.startDate);
}
