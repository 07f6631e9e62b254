import { Cancelled } from '../clock/clock';
import type { State, StateGraph } from '../definition/types';
import { abortedEvents } from '../execution/history';
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
 * Closes what runs below a state that fails: each iteration in progress is aborted, then each state that was entered
 * and not exited. All these events follow the one with which the failed branch or iteration ended, as measured on AWS
 * by the authors of floci (https://github.com/floci-io/floci/pull/3167).
 *
 * @param after the scope whose failure this is. Without one there are no events: neither a States.Runtime error nor
 * the end of a whole execution leaves any between.
 */
export function abortChildren(run: Run, parent: ScopeRecord, state: State, after?: ScopeRecord): void {
  const append = (type: string, details?: Record<string, unknown>): void => {
    if (after !== undefined && !run.historyIsFull) run.appendAside(after, type, details);
  };
  let mapRunStopped = false;
  for (const [index, child] of run.childrenOf(parent).entries()) {
    const graph = graphOfChild(state, index);
    if (graph === undefined || child.status !== 'running') continue;
    if (child.childName !== undefined) mapRunStopped = true;
    else if (state.Type === 'Map') append('MapIterationAborted', { name: parent.current?.name, index });
    const current = child.current === undefined ? undefined : graph.States[child.current.name];
    if (current !== undefined) {
      const type = abortedEvents[current.Type];
      if (type !== undefined) append(type);
      abortChildren(run, child, current, after);
    }
    child.status = 'aborted';
    run.changed(child);
  }
  if (mapRunStopped) append('MapRunAborted');
}

/** Makes the parent's chain go on from a failed child, and stops the other children. */
export function giveUp(
  context: StateContext,
  controller: AbortController,
  failed: ScopeRecord,
  error: unknown,
): void {
  const { run, scope, state } = context;
  abortChildren(run, scope, state, error instanceof RuntimeError ? undefined : failed);
  controller.abort(new Cancelled());
  scope.lastEventId = failed.lastEventId;
  run.changed(scope);
}
