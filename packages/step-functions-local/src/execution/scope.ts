import type { StateGraph } from '../definition/types';
import { Cancelled } from '../clock/clock';
import { RuntimeError, StatesError, type Failure } from '../language/errors';
import { performState } from '../states/perform';
import type { Transition } from '../states/transition';
import type { ScopeRecord, StateProgress } from './records';
import type { Run } from './run';
import { defined } from '../defined';

/**
 * Runs a scope from where it stands (its first state, or the one that a restart or a redrive found it in) until it
 * has succeeded.
 *
 * @throws StatesError after the scope was marked as failed; Cancelled if the signal was aborted: the one who aborts it
 * has written what there is to write.
 */
export async function runScope(
  run: Run,
  graph: StateGraph,
  scope: ScopeRecord,
  outerVariables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  // As found after a restart that came between the failure and what follows from it.
  if (scope.status === 'failed') throw asError(scope.failure ?? {});
  try {
    while (scope.status === 'running') {
      const progress = scope.current ?? enter(run, graph, scope);
      const state = graph.States[progress.name];
      if (state === undefined) throw new Error(`there is no state '${progress.name}'`);
      const transition = await performState(
        { run, graph, scope, state, progress, outerVariables, signal },
        runScope,
      );
      if (signal.aborted) throw new Cancelled();
      leave(run, scope, progress, state.Type, transition);
    }
  } catch (error) {
    if (!signal.aborted) {
      scope.status = 'failed';
      if (error instanceof StatesError) scope.failure = failureOf(error);
      reportAbortedTask(run, graph, scope, error);
      run.changed(scope);
    }
    throw error;
  }
}

/** As observed on AWS: a Task whose failure ends a branch is reported as aborted too; one that ends the execution is not. */
function reportAbortedTask(run: Run, graph: StateGraph, scope: ScopeRecord, error: unknown): void {
  const state = graph.States[scope.current?.name ?? ''];
  if (scope.id === '' || state?.Type !== 'Task' || error instanceof RuntimeError || run.historyIsFull) return;
  run.appendAside(scope, 'TaskStateAborted');
}

function enter(run: Run, graph: StateGraph, scope: ScopeRecord): StateProgress {
  const name = scope.next;
  const state = name === undefined ? undefined : graph.States[name];
  if (name === undefined || state === undefined)
    throw new Error(`there is no state '${name ?? ''}' to enter`);
  const event = run.append(scope, `${state.Type}StateEntered`, { name, input: JSON.stringify(scope.input) });
  const progress: StateProgress = {
    name,
    enteredEventId: event.id,
    enteredTime: event.timestamp,
    failedAttempts: 0,
    retries: [],
  };
  delete scope.next;
  scope.current = progress;
  run.changed(scope);
  return progress;
}

function leave(
  run: Run,
  scope: ScopeRecord,
  progress: StateProgress,
  type: string,
  transition: Transition,
): void {
  const assigned = Object.entries(transition.assigned);
  run.append(scope, `${type}StateExited`, {
    name: progress.name,
    output: transition.outputText,
    ...(assigned.length === 0
      ? {}
      : {
          assignedVariables: Object.fromEntries(
            assigned.map(([name, value]) => [name, JSON.stringify(value)]),
          ),
        }),
  });
  run.removeChildren(scope);
  Object.assign(scope.variables, transition.assigned);
  scope.input = transition.output;
  delete scope.current;
  if (transition.next === undefined) {
    scope.output = transition.output;
    scope.status = 'succeeded';
  } else {
    scope.next = transition.next;
  }
  run.changed(scope);
}

function asError(failure: Failure): StatesError {
  return failure.error === 'States.Runtime'
    ? new RuntimeError(failure.cause ?? '')
    : new StatesError(failure);
}

export function failureOf(error: StatesError): Failure {
  return {
    ...defined({ error: error.error, cause: error.cause }),
  };
}
