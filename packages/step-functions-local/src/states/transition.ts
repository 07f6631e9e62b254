import type { MapState, ParallelState, WithOutput } from '../definition/types';
import { maximumVariablesBytes, payloadText } from '../execution/limits';
import { dataLimitExceeded } from '../language/errors';
import { evaluateTemplate } from '../language/template';
import { ensureLive, evaluationScope, type Extra, type StateContext } from './context';

/** How a state is left. Neither a next state nor an end follows from a Fail state: that throws. */
export interface Transition {
  readonly output: unknown;
  /** JSON text of the output. */
  readonly outputText: string;
  readonly assigned: Readonly<Record<string, unknown>>;
  /** The state to enter; undefined ends the scope. */
  readonly next: string | undefined;
}

/**
 * Evaluates Assign and Output. Both see the variables as they were when the state was entered.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html ("Evaluation order in an assign field")
 *
 * @param fields where Assign and Output stand: the state, a catcher, or a rule of a Choice.
 * @param prefix of the fields' location, as in `Catch[0]/`.
 * @param fallback the output where there is no Output field.
 * @throws QueryEvaluationError, or States.DataLimitExceeded
 */
export async function transition(
  context: StateContext,
  fields: WithOutput,
  next: string | undefined,
  fallback: unknown,
  extra: Extra = {},
  prefix = '',
): Promise<Transition> {
  const scope = evaluationScope(context, extra);
  const assigned: Record<string, unknown> = {};
  for (const [name, template] of Object.entries(fields.Assign ?? {})) {
    assigned[name] = await evaluateTemplate(scope, `${prefix}Assign/${name}`, template);
  }
  const output =
    'Output' in fields ? await evaluateTemplate(scope, `${prefix}Output`, fields.Output) : fallback;
  ensureLive(context);
  const outputText = payloadText(output, `output of the state '${context.progress.name}'`);
  checkVariables(context, assigned);
  return { output, outputText, assigned, next };
}

/**
 * Leaves a Parallel or Map state whose children have succeeded. Its exit passes the event that says so by and follows
 * the last child; a failure of its own Output or Assign follows that event. As observed on AWS, the latter by the
 * authors of floci (https://github.com/floci-io/floci/pull/3167).
 */
export async function leaveAfterChildren(
  context: StateContext<ParallelState | MapState>,
): Promise<Transition> {
  const { scope, state, progress } = context;
  const { value: result, succeededEventId } = progress.result ?? {};
  try {
    return await transition(context, state, nextOf(state), result, { result });
  } catch (error) {
    if (succeededEventId !== undefined && !context.signal.aborted) scope.lastEventId = succeededEventId;
    throw error;
  }
}

/** The next state of a state with Next or End. */
export function nextOf(state: { readonly Next?: string; readonly End?: boolean }): string | undefined {
  return state.End === true ? undefined : state.Next;
}

function checkVariables(context: StateContext, assigned: Record<string, unknown>): void {
  if (Object.keys(assigned).length === 0) return;
  payloadText(assigned, `value of the variables that the state '${context.progress.name}' assigns`);
  const stored = { ...context.scope.variables, ...assigned };
  const text = JSON.stringify(stored);
  if (text.length > maximumVariablesBytes) throw dataLimitExceeded("total of the execution's variables");
}
