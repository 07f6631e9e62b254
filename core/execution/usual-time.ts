import { awaited, builds } from './documented-durations';
import type { ExecutionView, ExecutedStep } from './execution-event';

/** How long a step may be expected to take, in seconds, and how that is known. */
export type UsualTime =
  | { readonly from: 'earlier runs'; readonly seconds: number; readonly runs: number }
  /** Every earlier run was quicker than this one is already. */
  | { readonly from: 'longer than earlier runs'; readonly seconds: number; readonly runs: number }
  | { readonly from: 'documentation'; readonly seconds: number; readonly worst: number };

/** Milliseconds that each step took in earlier runs, by its name. */
export type EarlierTimes = ReadonlyMap<string, readonly number[]>;

/** What the steps of earlier executions took. One that was redriven stood still in between, and tells nothing. */
export function timesOf(earlier: readonly ExecutionView[]): EarlierTimes {
  const times = new Map<string, number[]>();
  for (const { steps, redrives } of earlier) {
    if (redrives > 0) continue;
    for (const { name, status, startedAt, endedAt } of steps) {
      if (status !== 'SUCCEEDED' || endedAt === undefined) continue;
      times.set(name, [...(times.get(name) ?? []), Date.parse(endedAt) - Date.parse(startedAt)]);
    }
  }
  return times;
}

/**
 * What is usual for a step that has been under way for some time: of the earlier runs only those count that took longer,
 * since a run that finds everything in place is through with a build in half a minute, and one that makes a cluster is not.
 *
 * @param elapsedMs how long the step has been under way
 * @returns `undefined` for a step that is a matter of seconds
 */
export function usualTime(
  { name }: Pick<ExecutedStep, 'name'>,
  elapsedMs: number,
  earlier: EarlierTimes,
): UsualTime | undefined {
  const took = (earlier.get(name) ?? []).toSorted((a, b) => a - b);
  const longer = took.filter((ms) => ms > elapsedMs);
  const median = longer[Math.floor((longer.length - 1) / 2)];
  if (median !== undefined) {
    const seconds = Math.round(median / 1000);
    return seconds < shortSeconds ? undefined : { from: 'earlier runs', seconds, runs: longer.length };
  }
  const longest = took.at(-1);
  if (longest !== undefined && elapsedMs >= shortSeconds * 1000)
    return { from: 'longer than earlier runs', seconds: Math.round(longest / 1000), runs: took.length };
  const documented = longest === undefined ? (builds[name] ?? awaited[name]) : undefined;
  return documented && { from: 'documentation', seconds: documented.typical, worst: documented.worst };
}

/** Below this nobody waits for a step. */
const shortSeconds = 20;
