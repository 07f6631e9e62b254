import type { PassState } from '../definition/types';
import type { StateContext } from './context';
import { nextOf, transition, type Transition } from './transition';

/**
 * Passes its input on, or Output.
 * https://states-language.net/spec.html#pass-state and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html
 */
export function performPass(context: StateContext<PassState>): Promise<Transition> {
  return transition(context, context.state, nextOf(context.state), context.scope.input);
}
