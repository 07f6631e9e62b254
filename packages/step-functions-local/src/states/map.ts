import { Cancelled } from '../clock/clock';
import { isDistributed, processorOf, type MapState } from '../definition/types';
import type { MapProgress, ScopeRecord } from '../execution/records';
import { childId } from '../execution/run';
import { RuntimeError, StatesError, thresholdExceeded } from '../language/errors';
import { abortChildren, childSignal, firstFailure, giveUp } from './children';
import { ensureLive, type RunScope, type StateContext } from './context';
import { runMapRun } from './distributed-map';
import { performWithErrorHandling } from './error-handling';
import { itemInput, mapItem, mapSettings } from './map-settings';
import { leaveAfterChildren, type Transition } from './transition';

/**
 * Runs its item processor for each item: inline as iterations of this execution, distributed as child workflows.
 * https://states-language.net/spec.html#map-state and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
 */
export function performMap(context: StateContext<MapState>, runScope: RunScope): Promise<Transition> {
  const { run, scope, state, progress } = context;
  return performWithErrorHandling(context, {
    failedEvent: 'MapStateFailed',
    async attempt() {
      if (progress.result === undefined) {
        const map = progress.map ?? (await start(context));
        await (isDistributed(state) ? runMapRun(context, map) : runIterations(context, map, runScope));
      }
      return await leaveAfterChildren(context);
    },
    clear() {
      delete progress.result;
      delete progress.map;
      run.removeChildren(scope);
    },
  });
}

async function start(context: StateContext<MapState>): Promise<MapProgress> {
  const { run, scope, progress } = context;
  const settings = await mapSettings(context);
  ensureLive(context);
  run.append(scope, 'MapStateStarted', { length: settings.items.length });
  progress.map = settings;
  // All there may be; those that have not begun have no scope yet.
  progress.children = settings.items.length;
  run.changed(scope);
  return progress.map;
}

/** Also after a restart or a redrive: iterations that have succeeded stay as they are. */
async function runIterations(
  context: StateContext<MapState>,
  map: MapProgress,
  runScope: RunScope,
): Promise<void> {
  const { run, scope, progress } = context;
  const { controller, release } = childSignal(context.signal);
  const variables = { ...context.outerVariables, ...scope.variables };
  const graph = processorOf(context.state);
  const failures = new Set<number>();
  let nextIndex = 0;
  let lastEventId = scope.lastEventId;

  /** One place among those that run at once: takes item after item. */
  async function slot(): Promise<void> {
    let previousEventId = context.scope.lastEventId;
    while (nextIndex < map.items.length) {
      const index = nextIndex++;
      let iteration = run.scopes.get(childId(scope, index));
      if (iteration?.status === 'succeeded') {
        lastEventId = Math.max(lastEventId, iteration.lastEventId);
        continue;
      }
      iteration = await open(index, iteration, previousEventId);
      try {
        await runScope(run, graph, iteration, variables, controller.signal);
        previousEventId = iteration.lastEventId;
        lastEventId = run.append(iteration, 'MapIterationSucceeded', { name: progress.name, index }).id;
      } catch (error) {
        if (controller.signal.aborted || !(error instanceof StatesError)) throw error;
        fail(index, iteration, error);
        previousEventId = iteration.lastEventId;
      }
    }
  }

  async function open(
    index: number,
    existing: ScopeRecord | undefined,
    previousEventId: number,
  ): Promise<ScopeRecord> {
    if (existing !== undefined) {
      if (existing.reopened === true) {
        delete existing.reopened;
        run.append(existing, 'MapIterationStarted', { name: progress.name, index });
      }
      return existing;
    }
    const item = mapItem(map, index);
    const input = await itemInput(context, item);
    ensureLive({ signal: controller.signal });
    const iteration: ScopeRecord = {
      id: childId(scope, index),
      status: 'running',
      variables: {},
      input,
      next: graph.StartAt,
      lastEventId: previousEventId,
      item,
    };
    run.addScope(iteration);
    run.append(iteration, 'MapIterationStarted', { name: progress.name, index });
    return iteration;
  }

  function fail(index: number, iteration: ScopeRecord, error: StatesError): void {
    const fatal = error instanceof RuntimeError;
    failures.add(index);
    const tolerated = !fatal && failures.size <= (map.toleratedFailures ?? 0);
    // The others are aborted before this one is said to have failed.
    if (!tolerated) giveUp(context, controller, iteration, error);
    if (!fatal && !run.historyIsFull) {
      run.appendAside(iteration, 'MapIterationFailed', { name: progress.name, index });
    }
    if (tolerated) return;
    throw map.toleratedFailures === undefined || fatal ? error : thresholdExceeded();
  }

  async function place(): Promise<void> {
    try {
      await slot();
    } catch (error) {
      // An item's input could not be made: no iteration failed, but those that run must stop.
      if (!controller.signal.aborted) {
        abortChildren(run, scope, context.state, error instanceof RuntimeError ? undefined : scope);
        controller.abort(new Cancelled());
      }
      throw error;
    }
  }

  const places = Math.min(map.maxConcurrency, map.items.length);
  await firstFailure(
    Array.from({ length: places }, () => place()),
    release,
  );
  ensureLive(context);
  scope.lastEventId = lastEventId;
  const outputs = run.childrenOf(scope).filter((iteration) => iteration.status === 'succeeded');
  const { id } = run.appendAside(scope, 'MapStateSucceeded');
  progress.result = { value: outputs.map((iteration) => iteration.output), succeededEventId: id };
  run.changed(scope);
}
