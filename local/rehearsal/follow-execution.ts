import { setTimeout as delay } from 'node:timers/promises';
import { describeExecution, readExecutionEvents } from '../../adapters/aws/executions';
import type { AwsClients } from '../../adapters/aws/clients';
import { viewExecution, type ExecutionView } from '../../core/execution/view';
import type { ProgressReporter, RehearsalStep } from './result';
import { defined } from '../../core/defined';

const pollMs = 250;

/** The step without what only the tree view needs. */
export function plainStep({
  name,
  status,
  attempts,
  startedAt,
  endedAt,
  error,
  cause,
  log,
  parent,
}: ExecutionView['steps'][number]): RehearsalStep {
  return {
    name,
    status,
    attempts,
    startedAt,
    ...defined({ endedAt, error, cause, log, parent }),
  };
}

/** Follows an execution to its end and reports every step as it changes. */
export async function followExecution(
  clients: AwsClients,
  executionArn: string,
  reporter: ProgressReporter,
  signal?: AbortSignal,
): Promise<ExecutionView> {
  const reported = new Map<string, string>();
  for (;;) {
    signal?.throwIfAborted();
    // The status first: whatever the history says after it is at least as new.
    const execution = await describeExecution(clients, executionArn);
    const isOver = execution !== undefined && execution.status !== 'RUNNING';
    // Of one that failed it is to be said whose log to look into.
    const withData = isOver && execution.status !== 'SUCCEEDED';
    const view = viewExecution(await readExecutionEvents(clients, executionArn, { withData }));
    for (const step of view.steps) {
      const key = `${step.parent ?? ''}/${step.branch ?? ''}/${step.name}`;
      const state = `${step.status}/${step.attempts}`;
      if (reported.get(key) === state) continue;
      reported.set(key, state);
      reporter.step(plainStep(step));
    }
    if (isOver) return { ...view, status: execution.status };
    await delay(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}
