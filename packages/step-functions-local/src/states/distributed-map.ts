import { Cancelled } from '../clock/clock';
import { processorOf, type Definition, type MapState } from '../definition/types';
import type { MapProgress, ScopeRecord } from '../execution/records';
import { childId } from '../execution/run';
import { StatesError, thresholdExceeded } from '../language/errors';
import { uuidFrom } from '../language/random';
import { childSignal, firstFailure } from './children';
import { ensureLive, type StateContext } from './context';
import { batches } from './item-batches';
import { itemInput, mapItem } from './map-settings';
import { failureDetails } from './task-events';

/**
 * A Map Run: each item (or batch of items) is a child workflow with a history of its own; the parent's history has
 * only the Map Run's events.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export async function runMapRun(context: StateContext<MapState>, map: MapProgress): Promise<void> {
  const { run, scope, progress } = context;
  const mapRunArn = await open(context, map);
  const workflows = run.childrenOf(scope);
  const { controller, release } = childSignal(context.signal);
  const tolerated = map.toleratedFailures ?? 0;
  let failures = 0;
  let next = 0;

  async function place(): Promise<void> {
    for (let workflow = workflows[next++]; workflow !== undefined; workflow = workflows[next++]) {
      if (workflow.status === 'succeeded') continue;
      const succeeded = await runChild(context, mapRunArn, workflow, controller.signal);
      if (succeeded || ++failures <= tolerated) continue;
      for (const other of workflows) {
        if (other.status === 'running') other.status = 'aborted';
      }
      controller.abort(new Cancelled());
      throw thresholdExceeded();
    }
  }

  try {
    const places = Math.min(map.maxConcurrency, workflows.length);
    await firstFailure(
      Array.from({ length: places }, () => place()),
      release,
    );
  } catch (error) {
    ensureLive(context);
    if (error instanceof StatesError) run.append(scope, 'MapRunFailed', failureDetails(error));
    throw error;
  }
  ensureLive(context);
  const outputs = workflows.filter((workflow) => workflow.status === 'succeeded');
  // The state's exit passes both by, as observed on AWS.
  const { id } = run.appendAside(scope, 'MapRunSucceeded');
  const chain = scope.lastEventId;
  scope.lastEventId = id;
  const succeeded = run.appendAside(scope, 'MapStateSucceeded');
  scope.lastEventId = chain;
  progress.result = {
    value: outputs.map((workflow) => workflow.output),
    succeededEventId: succeeded.id,
  };
  run.changed(scope);
}

/** Starts the Map Run with one child scope for each workflow to be, or takes up one that a redrive opens again. */
async function open(context: StateContext<MapState>, map: MapProgress): Promise<string> {
  const { run, scope, state, progress } = context;
  if (map.mapRunArn !== undefined) {
    if (run.childrenOf(scope).some((workflow) => workflow.reopened === true)) {
      run.append(scope, 'MapRunRedriven', {
        mapRunArn: map.mapRunArn,
        redriveCount: run.record.redriveCount,
      });
    }
    return map.mapRunArn;
  }
  const inputs: unknown[] = [];
  for (const index of map.items.keys()) inputs.push(await itemInput(context, mapItem(map, index)));
  const workflows = await batches(context, inputs);
  ensureLive(context);
  const [, partition, , region, accountId] = run.record.stateMachineArn.split(':');
  const label = state.Label ?? progress.name.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 40);
  const id = uuidFrom(run.runtime.random);
  map.mapRunArn = `arn:${partition ?? 'aws'}:states:${region ?? ''}:${accountId ?? ''}:mapRun:${run.record.stateMachineName}/${label}:${id}`;
  const event = run.append(scope, 'MapRunStarted', { mapRunArn: map.mapRunArn });
  progress.children = workflows.length;
  for (const [index, input] of workflows.entries()) {
    run.addScope({
      id: childId(scope, index),
      status: 'running',
      variables: {},
      input,
      lastEventId: event.id,
      childName: uuidFrom(run.runtime.random),
    });
  }
  run.changed(scope);
  return map.mapRunArn;
}

async function runChild(
  context: StateContext<MapState>,
  mapRunArn: string,
  workflow: ScopeRecord,
  signal: AbortSignal,
): Promise<boolean> {
  const { run, state } = context;
  delete workflow.reopened;
  const { StartAt, States } = processorOf(state);
  const definition: Definition = { QueryLanguage: 'JSONata', StartAt, States };
  const ended = await run.runtime.childWorkflows.run({
    parent: run.record,
    mapRunArn,
    name: workflow.childName ?? '',
    definition: JSON.stringify(definition),
    input: JSON.stringify(workflow.input),
    signal,
  });
  ensureLive({ signal });
  if (ended.status === 'SUCCEEDED') {
    workflow.status = 'succeeded';
    workflow.output = JSON.parse(ended.output ?? 'null') as unknown;
  } else {
    workflow.status = 'failed';
    workflow.failure = ended.failure ?? {};
  }
  run.changed(workflow);
  return ended.status === 'SUCCEEDED';
}
