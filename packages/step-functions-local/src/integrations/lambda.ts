import { TaskError } from '../language/errors';
import type { AwsAnswer, AwsApi } from './aws-api';
import type { TaskIntegration, TaskRequest } from './integration';
import { sdkMetadata } from './sdk-metadata';

/**
 * Lambda functions: `arn:aws:states:::lambda:invoke`, whose result is the API's whole answer, and a function's own ARN
 * as the Resource, whose result is what the function returned.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export function lambdaIntegration(aws: AwsApi): TaskIntegration {
  return {
    async call(request) {
      const direct = request.service === 'lambda-function';
      const answer = await aws.call({
        service: 'lambda',
        action: 'invoke',
        arguments: direct
          ? { FunctionName: request.resource, Payload: JSON.stringify(request.arguments) }
          : invokeArguments(request),
        signal: request.signal,
        errorPrefix: 'Lambda',
      });
      const { Payload: text, FunctionError, ...rest } = answer.output;
      if (FunctionError !== undefined) throw functionError(text);
      const payload = parsePayload(text);
      if (direct) return payload;
      return { ...rest, Payload: payload, ...sdkMetadata(answer), StatusCode: statusCode(answer) };
    },
  };
}

/** Payload may be any JSON value; the API takes its text. */
function invokeArguments(request: TaskRequest): Record<string, unknown> {
  const given = request.arguments as Record<string, unknown>;
  return 'Payload' in given ? { ...given, Payload: JSON.stringify(given['Payload']) } : given;
}

function statusCode(answer: AwsAnswer): unknown {
  return answer.output['StatusCode'] ?? answer.statusCode;
}

/** What a function that failed reports: its error's type is the error name, and the whole payload is the cause. */
function functionError(text: unknown): TaskError {
  const payload = parsePayload(text);
  const type =
    typeof payload === 'object' && payload !== null
      ? (payload as { errorType?: unknown }).errorType
      : undefined;
  return new TaskError(
    typeof type === 'string' && type !== '' ? type : 'Lambda.Unknown',
    typeof text === 'string' ? text : JSON.stringify(payload),
  );
}

function parsePayload(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
