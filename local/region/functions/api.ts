import { awsError, type ServiceHandler } from '../gateway/gateway';
import { header } from '../gateway/aws-request';
import { invokeAsynchronously } from './asynchronous';
import type { FunctionRunner } from './function-runner';

const invocation = /^\/2015-03-31\/functions\/([^/]+)\/invocations/;

/** The Lambda API's Invoke (API reference, "Invoke"): RequestResponse, Event and DryRun. */
export function invokeApi(runner: FunctionRunner): ServiceHandler {
  return async (_, http) => {
    const match = invocation.exec(http.url);
    if (match?.[1] === undefined || http.method !== 'POST') return undefined;
    const name = decodeURIComponent(match[1]);
    if (runner.find(name) === undefined) {
      return awsError(http, {
        status: 404,
        code: 'ResourceNotFoundException',
        message: `Function not found: ${name}`,
      });
    }
    const event: unknown = http.body.length === 0 ? {} : JSON.parse(http.body.toString('utf8'));
    const type = header(http, 'x-amz-invocation-type') ?? 'RequestResponse';
    if (type === 'DryRun') return { status: 204, body: '' };
    if (type === 'Event') {
      void invokeAsynchronously(runner, name, event);
      return { status: 202, body: '' };
    }
    const outcome = await runner.invoke(name, event);
    const failed = outcome.error !== undefined;
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amz-executed-version': '$LATEST',
        ...(failed ? { 'x-amz-function-error': 'Unhandled' } : {}),
      },
      body: JSON.stringify(failed ? outcome.error : outcome.result),
    };
  };
}
