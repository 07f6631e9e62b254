import type { FailState } from '../definition/types';
import { StatesError } from '../language/errors';
import { evaluateTyped } from '../language/template';
import { evaluationScope, type StateContext } from './context';

/**
 * Fails its scope, with an error name and a cause if it has them.
 * https://states-language.net/spec.html#fail-state and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
 */
export async function performFail(context: StateContext<FailState>): Promise<never> {
  const scope = evaluationScope(context);
  const { Error: error, Cause: cause } = context.state;
  throw new StatesError({
    ...(error !== undefined && { error: (await evaluateTyped(scope, 'Error', error, 'string')) as string }),
    ...(cause !== undefined && { cause: (await evaluateTyped(scope, 'Cause', cause, 'string')) as string }),
  });
}
