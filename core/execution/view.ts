import type { ExecutionEvent, ExecutionView, TimedStep } from './execution-event';
import { HistoryReader } from './history-reader';

export type {
  Attempt,
  ExecutionEvent,
  ExecutionView,
  ExecutedStep,
  StepStatus,
  TimedStep,
} from './execution-event';

/**
 * Derives the steps of an execution from its history and from nothing else. A state is one step however often it is
 * retried, redriven or entered again, so the list stays as short as the workflow.
 *
 * @param events the history so far, in any order; tasks are told apart after a redrive by their `parameters`
 * @returns the execution's status and its steps; an empty history is an execution that has just begun
 * @example
 * const { status, steps } = viewExecution(await readExecutionEvents(clients, executionArn));
 */
export function viewExecution(events: readonly ExecutionEvent[]): ExecutionView {
  return readHistory(events).view();
}

/** {@link viewExecution}, with every attempt at each step: when it began, when it ended, and why it failed. */
export function viewTimedExecution(
  events: readonly ExecutionEvent[],
): Omit<ExecutionView, 'steps'> & { readonly steps: readonly TimedStep[] } {
  const reader = readHistory(events);
  return { ...reader.view(), steps: reader.timedSteps() };
}

function readHistory(events: readonly ExecutionEvent[]): HistoryReader {
  const reader = new HistoryReader();
  for (const event of events.toSorted((a, b) => a.id - b.id)) reader.read(event);
  return reader;
}
