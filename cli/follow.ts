import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionSummary } from '../adapters/aws/executions';
import type { ExecutionView } from '../core/execution/steps';
import { CliError, exitCodes } from './exit-codes';
import type { Host } from './host';
import type { LiveSteps } from './render/steps';
import type { Target } from './target';

/** An execution with its steps. */
export interface Followed {
  execution: ExecutionSummary;
  view: ExecutionView;
}

/** A real execution takes the better part of an hour; the local region's takes seconds. */
const pollMs = { aws: 3000, local: 300 };

/** Reads an execution as it stands. */
export async function readExecution(target: Target, executionArn: string): Promise<Followed> {
  const { describeExecution, readExecutionEvents } = await import('../adapters/aws/executions');
  const { viewExecution } = await import('../core/execution/steps');
  const execution = await describeExecution(target.clients, executionArn);
  if (execution === undefined) {
    throw new CliError(
      `Step Functions does not know the execution ${executionArn}`,
      exitCodes.notFound,
      'it keeps a closed execution for 90 days; look at the ARN and the region',
    );
  }
  return { execution, view: viewExecution(await readExecutionEvents(target.clients, executionArn)) };
}

/**
 * Follows an execution to its end.
 *
 * @throws CliError when interrupted; the execution goes on
 */
export async function follow(
  host: Host,
  target: Target,
  executionArn: string,
  live: LiveSteps,
): Promise<Followed> {
  try {
    for (;;) {
      const followed = await readExecution(target, executionArn);
      live.update(followed.view);
      if (followed.execution.status !== 'RUNNING') return followed;
      await delay(target.local ? pollMs.local : pollMs.aws, undefined, { signal: host.signal });
    }
  } catch (error) {
    if (!host.signal.aborted) throw error;
    throw new CliError(
      'no longer watching; the execution goes on',
      exitCodes.interrupted,
      `watch it again: kubeflow-eks watch ${executionArn}${target.local ? ' --local' : ''}`,
    );
  } finally {
    live.done();
  }
}
