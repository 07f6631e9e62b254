import { Cancelled } from '../clock/clock';
import type { State, StateGraph } from '../definition/types';
import { ABORTED_EVENTS } from '../execution/history';
import type { ScopeRecord } from '../execution/records';
import type { Run } from '../execution/run';
import { RuntimeError } from '../language/errors';
import type { StateContext } from './context';

/** The graph that a child scope of the given state runs. */
export function graphOfChild(state: State, index: number): StateGraph | undefined {
  if (state.Type === 'Parallel') return state.Branches[index];
  if (state.Type === 'Map') return state.ItemProcessor ?? state.Iterator;
  return undefined;
}

/**
 * Something that runs while the parent's state does, with a signal of its own: giving it up leaves the parent alive.
 */
export function childSignal(parent: AbortSignal): {
  readonly controller: AbortController;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const onAbort = (): void => {
    controller.abort(parent.reason);
  };
  if (parent.aborted) controller.abort(parent.reason);
  else parent.addEventListener('abort', onAbort, { once: true });
  return {
    controller,
    release: () => {
      parent.removeEventListener('abort', onAbort);
    },
  };
}

/**
 * Waits for all, or for the first that fails: its error is the one that counts, not those of the others that are
 * given up because of it.
 */
export async function firstFailure(running: readonly Promise<void>[], release: () => void): Promise<void> {
  let first: { readonly error: unknown } | undefined;
  try {
    await Promise.all(
      running.map((one) =>
        one.catch((error: unknown) => {
          if (first === undefined || first.error instanceof Cancelled) first = { error };
          throw error;
        }),
      ),
    );
  } catch (error) {
    throw first?.error ?? error;
  } finally {
    release();
  }
}

/**
 * Closes what runs below a state that fails or is stopped: each state that was entered and not exited gets its Aborted
 * event, and each iteration in progress is aborted.
 *
 * @param silently no events: a States.Runtime error ends the execution with nothing between.
 */
export function abortChildren(run: Run, parent: ScopeRecord, state: State, silently: boolean): void {
  let mapRunStopped = false;
  for (const [index, child] of run.childrenOf(parent).entries()) {
    const graph = graphOfChild(state, index);
    if (graph === undefined || child.status !== 'running') continue;
    abortScope(run, child, graph, silently);
    if (child.childName !== undefined) {
      mapRunStopped = true;
    } else if (state.Type === 'Map' && !silently && !run.historyIsFull) {
      run.appendAside(child, 'MapIterationAborted', { name: parent.current?.name, index });
    }
    child.status = 'aborted';
    run.changed(child);
  }
  if (mapRunStopped && !silently && !run.historyIsFull) run.appendAside(parent, 'MapRunAborted');
}

/** Writes the Aborted event of a scope's current state, after those of the scopes below it. */
export function abortScope(run: Run, scope: ScopeRecord, graph: StateGraph, silently: boolean): void {
  const state = scope.current === undefined ? undefined : graph.States[scope.current.name];
  if (state === undefined) return;
  abortChildren(run, scope, state, silently);
  const type = ABORTED_EVENTS[state.Type];
  if (!silently && type !== undefined && !run.historyIsFull) run.appendAside(scope, type);
}

/** Makes the parent's chain go on from a failed child, and stops the other children. */
export function giveUp(
  context: StateContext,
  controller: AbortController,
  failed: ScopeRecord,
  error: unknown,
): void {
  const { run, scope, state } = context;
  abortChildren(run, scope, state, error instanceof RuntimeError);
  controller.abort(new Cancelled());
  scope.lastEventId = failed.lastEventId;
  run.changed(scope);
}
