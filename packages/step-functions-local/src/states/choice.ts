import type { ChoiceState } from '../definition/types';
import { RuntimeError } from '../language/errors';
import { evaluateTyped, stateFailed } from '../language/template';
import { evaluationScope, type StateContext } from './context';
import { transition, type Transition } from './transition';

/**
 * Takes the first rule whose Condition is true, else Default. Assign and Output of the rule that is taken count;
 * those of the state itself count with Default.
 * https://states-language.net/spec.html#choice-state and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
export async function performChoice(context: StateContext<ChoiceState>): Promise<Transition> {
  const { state, scope, progress } = context;
  const evaluation = evaluationScope(context);
  for (const [index, rule] of state.Choices.entries()) {
    const prefix = `Choices[${index}]/`;
    const matches = await evaluateTyped(evaluation, `${prefix}Condition`, rule.Condition, 'boolean');
    if (matches === true) return await transition(context, rule, rule.Next, scope.input, {}, prefix);
  }
  if (state.Default === undefined) {
    // The developer guide calls this States.NoChoiceMatched; the service reports it so.
    throw new RuntimeError(
      `${stateFailed(progress.name, progress.enteredEventId)} Failed to transition out of the state. ` +
        'The state does not point to a next state.',
    );
  }
  return await transition(context, state, state.Default, scope.input);
}
