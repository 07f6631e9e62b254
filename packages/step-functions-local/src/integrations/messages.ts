import { TaskError } from '../language/errors';
import type { AwsApi } from './aws-api';
import type { TaskIntegration, TaskRequest } from './integration';
import { sdkMetadata } from './sdk-metadata';

/**
 * `events:putEvents`: Detail is a JSON value, the execution is named among the resources, and an entry that was not
 * taken fails the task.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
 */
export function eventsIntegration(aws: AwsApi): TaskIntegration {
  return {
    async call(request) {
      const { Entries: entries, ...rest } = request.arguments as { Entries?: Record<string, unknown>[] };
      const stateMachine = request.executionArn.replace(/:execution:([^:]+):.*$/, ':stateMachine:$1');
      const answer = await aws.call({
        service: 'eventbridge',
        action: request.action,
        arguments: {
          ...rest,
          Entries: (entries ?? []).map((entry) => ({
            ...entry,
            ...('Detail' in entry ? { Detail: text(entry['Detail']) } : {}),
            Resources: [
              ...((entry['Resources'] as string[] | undefined) ?? []),
              request.executionArn,
              stateMachine,
            ],
          })),
        },
        signal: request.signal,
        errorPrefix: 'EventBridge',
      });
      const failed = Number(answer.output['FailedEntryCount'] ?? 0);
      if (failed > 0) throw new TaskError('EventBridge.FailedEntry', JSON.stringify(answer.output));
      return { ...answer.output, ...sdkMetadata(answer) };
    },
  };
}

/** `sns:publish`: the message may be a JSON value. https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html */
export function snsIntegration(aws: AwsApi): TaskIntegration {
  return {
    call: (request) => optimised(aws, request, 'sns', 'SNS', ['Message']),
  };
}

/** `sqs:sendMessage`, likewise. https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html */
export function sqsIntegration(aws: AwsApi): TaskIntegration {
  return {
    call: (request) => optimised(aws, request, 'sqs', 'SQS', ['MessageBody']),
  };
}

/** `dynamodb:getItem`, `putItem`, `updateItem`, `deleteItem`. https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html */
export function dynamoDbIntegration(aws: AwsApi): TaskIntegration {
  return {
    call: (request) => optimised(aws, request, 'dynamodb', 'DynamoDB', []),
  };
}

/** Any API action under the name that an optimised integration has for its service. */
async function optimised(
  aws: AwsApi,
  request: TaskRequest,
  service: string,
  errorPrefix: string,
  textFields: readonly string[],
): Promise<unknown> {
  const given = request.arguments as Record<string, unknown>;
  const texts = textFields.filter((field) => field in given).map((field) => [field, text(given[field])]);
  const answer = await aws.call({
    service,
    action: request.action,
    arguments: { ...given, ...(Object.fromEntries(texts) as Record<string, unknown>) },
    signal: request.signal,
    errorPrefix,
    dates: 'millis',
  });
  return { ...answer.output, ...sdkMetadata(answer) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
