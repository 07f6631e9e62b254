import type { State } from '../definition/types';
import { performChoice } from './choice';
import type { RunScope, StateContext } from './context';
import { recordEvaluationFailure } from './error-handling';
import { performFail } from './fail';
import { performMap } from './map';
import { performParallel } from './parallel';
import { performPass } from './pass';
import { performSucceed } from './succeed';
import { performTask } from './task';
import type { Transition } from './transition';
import { performWait } from './wait';

/**
 * Performs the state that a scope is in, from where its progress says it stands.
 * @throws StatesError if the state fails for good, Cancelled if the scope was given up.
 */
export async function performState(context: StateContext, runScope: RunScope): Promise<Transition> {
  try {
    return await dispatch(context, runScope);
  } catch (error) {
    if (!context.signal.aborted) recordEvaluationFailure(context, error);
    throw error;
  }
}

function dispatch(context: StateContext, runScope: RunScope): Promise<Transition> {
  const { state } = context;
  switch (state.Type) {
    case 'Pass':
      return performPass({ ...context, state });
    case 'Task':
      return performTask({ ...context, state });
    case 'Choice':
      return performChoice({ ...context, state });
    case 'Wait':
      return performWait({ ...context, state });
    case 'Succeed':
      return performSucceed({ ...context, state });
    case 'Fail':
      return performFail({ ...context, state });
    case 'Parallel':
      return performParallel({ ...context, state }, runScope);
    case 'Map':
      return performMap({ ...context, state }, runScope);
    default:
      throw new Error(`unknown type of state: ${(state satisfies never as State).Type}`);
  }
}
