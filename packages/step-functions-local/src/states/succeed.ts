import type { SucceedState } from '../definition/types';
import type { StateContext } from './context';
import { transition, type Transition } from './transition';

/**
 * Ends its scope.
 * https://states-language.net/spec.html#succeed-state and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html
 */
export function performSucceed(context: StateContext<SucceedState>): Promise<Transition> {
  return transition(context, context.state, undefined, context.scope.input);
}
