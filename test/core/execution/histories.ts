import type { ExecutionEvent } from '../../../core/execution/view';

/** Where the written histories below begin; each event comes a second after the one before it. */
export const beginning = Date.parse('2026-03-01T10:00:00Z');

type Written = readonly [type: string, details?: Partial<ExecutionEvent> & { after?: number }];

/** A history from what matters of each event. An event follows the one before it unless `after` names another. */
export function history(...events: readonly Written[]): ExecutionEvent[] {
  return events.map(([type, { after, ...details } = {}], index) => ({
    id: index + 1,
    previousEventId: after ?? index,
    timestamp: beginning + index * 1000,
    type,
    ...details,
  }));
}

/** The events of a task that does its work at once. */
export function taskDone(name: string): Written[] {
  return [
    ['TaskStateEntered', { name }],
    ['TaskScheduled'],
    ['TaskStarted'],
    ['TaskSucceeded'],
    ['TaskStateExited', { name }],
  ];
}

/** One attempt that fails. */
export function attemptFailed(error: string, cause = 'why'): Written[] {
  return [['TaskScheduled'], ['TaskStarted'], ['TaskFailed', { error, cause }]];
}
