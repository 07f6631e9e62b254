import type { ExecutionView } from './execution-event';

/** How far an execution has come. */
export interface StepCount {
  readonly done: number;
  /** Steps of the workflow that do work. One that a choice passes by is never done. */
  readonly of: number;
}

/**
 * Counts the states that do work, each once however often it was tried.
 *
 * @param known their names; without those of a Map, whose number depends on what is found
 */
export function countSteps({ steps }: Pick<ExecutionView, 'steps'>, known: readonly string[]): StepCount {
  const done = steps.filter(
    ({ name, status }) => status !== 'RUNNING' && status !== 'PENDING' && known.includes(name),
  );
  return { done: done.length, of: known.length };
}
