import type { State, StateGraph } from '../definition/types';
import { graphOfChild } from '../states/children';
import { maximumOpenTimeMs, maximumRedrivableEvents, redrivablePeriodMs } from './limits';
import type { ExecutionRecord, ScopeRecord } from './records';
import type { Run } from './run';

/**
 * Redrive: an execution that did not succeed goes on from the states that did not.
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */

/** Why an execution cannot be redriven, or undefined if it can. */
export function redriveObstacle(record: ExecutionRecord, events: number, now: number): string | undefined {
  if (record.status === 'RUNNING' || record.status === 'SUCCEEDED') {
    return `Execution is ${record.status} and cannot be redriven`;
  }
  if (now - (record.stopDate ?? now) > redrivablePeriodMs) {
    return 'Execution has exceeded the redrivable period of 14 days and cannot be redriven';
  }
  if (now - record.startDate > maximumOpenTimeMs) {
    return 'Execution has exceeded the maximum open time of one year and cannot be redriven';
  }
  if (events >= maximumRedrivableEvents) {
    return 'Execution history event limit exceeded and cannot be redriven';
  }
  return undefined;
}

/** Writes ExecutionRedriven and makes every scope that did not succeed ready to run again. */
export function prepareRedrive(run: Run): void {
  const last = run.events.at(-1);
  const event = run.appendTerminal(last?.id ?? 0, 'ExecutionRedriven', {
    redriveCount: run.record.redriveCount,
  });
  reopen(run, run.root, run.definition, event.id);
}

/** Variables and input stay; retries count from nothing again. */
function reopen(run: Run, scope: ScopeRecord, graph: StateGraph, redrivenEventId: number): void {
  const failedByLimit = scope.failure?.error === 'States.DataLimitExceeded';
  const wasClosed = scope.status !== 'running';
  scope.status = 'running';
  scope.lastEventId = redrivenEventId;
  delete scope.failure;
  const progress = scope.current;
  const state = progress === undefined ? undefined : graph.States[progress.name];
  if ((scope.item !== undefined || scope.childName !== undefined) && wasClosed) scope.reopened = true;
  if (progress !== undefined && state !== undefined) {
    progress.failedAttempts = 0;
    progress.retries = [];
    reopenState(run, scope, state, redrivenEventId, failedByLimit);
  }
  run.changed(scope);
}

function reopenState(
  run: Run,
  scope: ScopeRecord,
  state: State,
  redrivenEventId: number,
  failedByLimit: boolean,
): void {
  const progress = scope.current;
  if (progress === undefined) return;
  switch (state.Type) {
    case 'Task':
      // Scheduled and started again, even if only its Output could not be evaluated.
      delete progress.result;
      delete progress.memo;
      delete progress.taskToken;
      return;
    case 'Wait':
      // A Timestamp in the past is over at once; Seconds count again.
      delete progress.waitUntil;
      return;
    case 'Fail':
      scope.next = progress.name;
      delete scope.current;
      return;
    case 'Parallel':
    case 'Map': {
      const ownFailure = run.childrenOf(scope).every((child) => child.status === 'succeeded');
      if (failedByLimit && ownFailure) {
        run.removeChildren(scope);
        delete progress.result;
        delete progress.map;
        return;
      }
      for (const [index, child] of run.childrenOf(scope).entries()) {
        const graph = graphOfChild(state, index);
        if (graph !== undefined && child.status !== 'succeeded') reopen(run, child, graph, redrivenEventId);
      }
      return;
    }
    default:
  }
}
