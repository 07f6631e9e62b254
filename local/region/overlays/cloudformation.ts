import { awsError } from '../gateway/gateway';
import type { ServiceHandler } from '../gateway/gateway';

/**
 * CloudFormation, of which the region has none: the stack is deployed without it, and the stand-in for eksctl makes no
 * stacks. To whoever asks for a stack there is none; all else is refused.
 */
export const noStacks: ServiceHandler = (request, http) => {
  if (request.operation !== 'DescribeStacks') return Promise.resolve(undefined);
  const name = new URLSearchParams(http.body.toString('utf8')).get('StackName') ?? '';
  return Promise.resolve(
    awsError(http, { status: 400, code: 'ValidationError', message: `Stack with id ${name} does not exist` }),
  );
};
