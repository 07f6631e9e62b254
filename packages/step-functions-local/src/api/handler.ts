import { ApiError } from '../service/errors';
import type { StepFunctions } from '../service/service';
import type { Body } from './body';
import { operations } from './operations';

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
}

/** Answers one request of the Step Functions API. */
export type ApiHandler = (operation: string, body: unknown) => Promise<ApiResponse>;

/**
 * The API in the AWS JSON 1.0 protocol, without the HTTP around it.
 * @returns a handler that takes the operation's name (what follows `AWSStepFunctions.` in X-Amz-Target) and the parsed body.
 */
export function createApiHandler(service: StepFunctions): ApiHandler {
  return (operation, body) => Promise.resolve(answer(service, operation, body));
}

function answer(service: StepFunctions, operation: string, body: unknown): ApiResponse {
  const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (perform === undefined) {
    return failure(
      400,
      'UnknownOperationException',
      `The local Step Functions has no operation '${operation}'`,
    );
  }
  try {
    return { status: 200, body: perform(service, (body ?? {}) as Body) };
  } catch (error) {
    if (error instanceof ApiError) return failure(error.status, error.name, error.message);
    return failure(500, 'InternalFailure', `The local Step Functions failed: ${String(error)}`);
  }
}

function failure(status: number, name: string, message: string): ApiResponse {
  return { status, body: { __type: name, message } };
}
