import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionSummary } from '../adapters/aws/executions';
import type { ExecutionView } from '../core/execution/view';
import { CliError, exitCodes } from './exit-codes';
import { explainFailure } from './failures';
import type { Host } from './host';
import type { LiveSteps } from './render/live-steps';
import { Onlooker } from './surroundings';
import type { Target } from './target';

/** An execution with its steps. */
export interface Followed {
  execution: ExecutionSummary;
  view: ExecutionView;
}

/** A real execution takes the better part of an hour; the local region's takes seconds. */
const pollMs = { aws: 3000, local: 300 };

/** A lost connection is waited out for this many polls, each with the SDK's own retries: about a minute. */
const toleratedFailures = 5;

/** Reads an execution as it stands. */
export async function readExecution(target: Target, executionArn: string): Promise<Followed> {
  const { describeExecution, readExecutionEvents } = await import('../adapters/aws/executions');
  const { viewExecution } = await import('../core/execution/view');
  // The status first: whatever the history says after it is at least as new.
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
 * Follows an execution to its end. Whatever ends the watching before, the execution goes on, and is said to.
 *
 * @throws CliError when interrupted, or when the execution cannot be read any more
 */
export async function follow(
  host: Host,
  target: Target,
  executionArn: string,
  live: LiveSteps,
): Promise<Followed> {
  const { isStillRunning } = await import('../adapters/aws/executions');
  const poll = target.local ? pollMs.local : pollMs.aws;
  const onlooker = new Onlooker(target, executionArn, () => host.now());
  try {
    for (let failures = 0; ;) {
      try {
        const followed = await readExecution(target, executionArn);
        failures = 0;
        const isOver = !isStillRunning(followed.execution.status);
        live.update(
          followed.view,
          live.showsSurroundings && !isOver ? await onlooker.look(followed.view) : undefined,
        );
        if (isOver) return followed;
      } catch (error) {
        failures += 1;
        if (failures > toleratedFailures || !(await mayPass(error))) throw error;
      }
      await delay(poll, undefined, { signal: host.signal });
    }
  } catch (error) {
    const again = `watch it again: kubeflow-eks watch ${executionArn}${target.flags}`;
    if (host.signal.aborted)
      throw new CliError('no longer watching; the execution goes on', exitCodes.interrupted, again);
    throw watchingEnded(error, again);
  } finally {
    live.done();
  }
}

/** Expired credentials, lost rights or a lost connection end the watching, and not what was watched. */
function watchingEnded(error: unknown, again: string): CliError {
  const { message, exitCode, hint, errorName } = explainFailure(error);
  if (exitCode === exitCodes.notFound) return explainFailure(error);
  return new CliError(
    `no longer watching; the execution goes on: ${message}`,
    exitCode,
    [hint, again].filter(Boolean).join('\n'),
    { errorName },
  );
}

/** A throttle or a lost connection, not missing rights. */
async function mayPass(error: unknown): Promise<boolean> {
  const { translateAwsError } = await import('../adapters/aws/errors');
  const { TransientError } = await import('../core/errors');
  return translateAwsError(error) instanceof TransientError;
}
