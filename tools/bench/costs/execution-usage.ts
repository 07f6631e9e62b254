import type { HistoryEvent } from 'step-functions-local';
import { functionSpec, type FunctionFile } from '../../../infra/functions';
import { prices } from '../../../core/prices/price-table';

/** What an execution used of what is paid for by use. */
export interface Usage {
  /** As Step Functions counts them: each state that was entered, and each retry. */
  readonly stateTransitions: number;
  readonly functionCalls: number;
  readonly functionGbSeconds: number;
  /** Minutes of builds, each build's begun minute whole. */
  readonly buildMinutes: number;
  readonly events: number;
}

/** What a {@link Usage} costs, US dollars, in its parts. */
export interface UsagePrice {
  readonly stateTransitions: number;
  readonly functions: number;
  readonly builds: number;
  readonly events: number;
  readonly together: number;
}

/**
 * Reads from an execution's history what is paid for. A retry is a transition of its own
 * (https://aws.amazon.com/step-functions/pricing/), which the history shows by another TaskScheduled.
 */
export function usageOf(history: readonly HistoryEvent[]): Usage {
  const byId = new Map(history.map((event) => [event.id, event]));
  const ofType = (pattern: RegExp): HistoryEvent[] => history.filter(({ type }) => pattern.test(type));
  const scheduled = ofType(/^TaskScheduled$/);
  const functions = scheduled.filter((event) => resourceOf(event) === 'lambda');
  const retries = scheduled.length - ofType(/^TaskStateEntered$/).length;
  const ends = ofType(/^Task(Succeeded|Failed|TimedOut)$/);
  const seconds = (begin: HistoryEvent): number => {
    const end = ends.find((event) => reaches(event, begin.id, byId));
    return ((end?.timestamp ?? begin.timestamp) - begin.timestamp) / 1000;
  };
  return {
    stateTransitions: ofType(/StateEntered$/).length + retries,
    functionCalls: functions.length,
    functionGbSeconds: functions.reduce((sum, event) => sum + seconds(event) * gigabytesOf(event), 0),
    buildMinutes: scheduled
      .filter((event) => resourceOf(event) === 'codebuild')
      .reduce((sum, event) => sum + Math.ceil(seconds(event) / 60), 0),
    events: scheduled.filter((event) => resourceOf(event) === 'events').length,
  };
}

/** By the dated list prices of one region (core/prices). */
export function priceOf(usage: Usage): UsagePrice {
  const parts = {
    stateTransitions: usage.stateTransitions * prices.stateTransition,
    functions: usage.functionCalls * prices.functionCall + usage.functionGbSeconds * prices.functionGbSecond,
    builds: usage.buildMinutes * prices.buildMinute,
    events: usage.events * prices.customEvent,
  };
  return { ...parts, together: Object.values(parts).reduce((sum, each) => sum + each, 0) };
}

function resourceOf({ details = {} }: HistoryEvent): string {
  return String(details['resourceType']);
}

/** Memory of the function that a scheduled task calls, in GB. */
function gigabytesOf({ details = {} }: HistoryEvent): number {
  const file = /kubeflow-eks-([a-z-]+)/.exec(String(details['parameters']))?.[1];
  if (file === undefined) throw new Error(`no function is named by ${String(details['parameters'])}`);
  return functionSpec(file as FunctionFile).memoryMb / 1024;
}

/** Whether an event follows from another, by the ids of those before it. */
function reaches(event: HistoryEvent, id: number, byId: ReadonlyMap<number, HistoryEvent>): boolean {
  let current: HistoryEvent | undefined = event;
  while (current !== undefined && current.id > id) current = byId.get(current.previousEventId);
  return current?.id === id;
}
