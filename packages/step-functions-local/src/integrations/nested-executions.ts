import { Abandoned } from '../clock/clock';
import type { ExecutionRecord } from '../execution/records';
import { TaskError } from '../language/errors';
import { ApiError } from '../service/errors';
import type { StepFunctions } from '../service/service';
import type { TaskIntegration, TaskRequest } from './integration';
import { sdkMetadata } from './sdk-metadata';

/**
 * Executions started by a Task: `states:startExecution`, and `.sync` or `.sync:2`, which wait for its end. They differ
 * in that the second gives input and output as JSON and the first as text.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 *
 * They run in this service, so that a virtual clock can go on while the task waits.
 */
export function nestedExecutions(service: StepFunctions): TaskIntegration {
  return {
    async call(request) {
      if (request.action !== 'startExecution') {
        throw new TaskError('States.Runtime', `states:${request.action} is not an integration`);
      }
      const arn = typeof request.remembered === 'string' ? request.remembered : start(service, request);
      if (request.pattern !== 'sync') return started(service.describeExecution(arn).record);
      const stopOnAbort = (): void => {
        if (!(request.signal.reason instanceof Abandoned)) {
          // AWS' words, as measured by the authors of floci (https://github.com/floci-io/floci/pull/3167).
          service.stopExecution(arn, {
            cause: `The Task state in AWS Step Functions execution [${request.executionArn}] which was managing this resource was aborted`,
          });
        }
      };
      request.signal.addEventListener('abort', stopOnAbort, { once: true });
      try {
        return await end(service, request, arn);
      } finally {
        request.signal.removeEventListener('abort', stopOnAbort);
      }
    },
  };
}

function start(service: StepFunctions, request: TaskRequest): string {
  const { StateMachineArn, Name, Input } = request.arguments as Record<string, unknown>;
  try {
    const record = service.startExecution({
      stateMachineArn: String(StateMachineArn),
      ...(typeof Name === 'string' ? { name: Name } : {}),
      ...(Input !== undefined && { input: typeof Input === 'string' ? Input : JSON.stringify(Input) }),
    });
    if (request.pattern === 'sync') {
      request.remember(record.arn);
      request.submitted(started(record));
    }
    return record.arn;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const name = error.name.endsWith('Exception') ? error.name : `${error.name}Exception`;
    throw new TaskError(
      `StepFunctions.${name}`,
      `${error.message} (Service: AWSStepFunctions; Status Code: ${error.status})`,
    );
  }
}

async function end(service: StepFunctions, request: TaskRequest, arn: string): Promise<unknown> {
  const record = await request.clock.idle(service.whenEnded(arn));
  const parsed = request.resource.endsWith('.sync:2');
  const payload = (text: string): unknown => (parsed ? (JSON.parse(text) as unknown) : text);
  const description = {
    ExecutionArn: record.arn,
    Input: payload(record.input),
    InputDetails: { Included: true },
    Name: record.name,
    ...(record.output !== undefined && { Output: payload(record.output), OutputDetails: { Included: true } }),
    ...(record.failure?.error !== undefined && { Error: record.failure.error }),
    ...(record.failure?.cause !== undefined && { Cause: record.failure.cause }),
    RedriveCount: record.redriveCount,
    StartDate: record.startDate,
    StateMachineArn: record.stateMachineArn,
    Status: record.status,
    StopDate: record.stopDate,
  };
  if (record.status !== 'SUCCEEDED') throw new TaskError('States.TaskFailed', JSON.stringify(description));
  return description;
}

function started(record: ExecutionRecord): Record<string, unknown> {
  return {
    ExecutionArn: record.arn,
    ...sdkMetadata({ headers: {}, statusCode: 200, requestId: record.name }),
    StartDate: record.startDate,
  };
}
