import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionSummary } from '../adapters/aws/executions';
import type { Observation } from '../core/assumptions/observation';
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
  /** What its steps have seen of assumptions about AWS; where the history was read with its data. */
  assumptions?: readonly Observation[];
}

/** A real execution takes the better part of an hour; the local region's takes seconds. */
const pollMs = { aws: 3000, local: 300 };

/** A lost connection is waited out for this many polls, each with the SDK's own retries: about a minute. */
const toleratedFailures = 5;

/**
 * Reads an execution as it stands.
 *
 * @param options `withData`: with what its steps have answered, which is more to read; always, or of one that has ended
 */
export async function readExecution(
  target: Target,
  executionArn: string,
  options: { withData?: boolean | 'ended' } = {},
): Promise<Followed> {
  const { describeExecution, isStillRunning, readExecutionEvents } =
    await import('../adapters/aws/executions');
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
  const hasEnded = !isStillRunning(execution.status);
  // Of one that failed it is to be said whose log to look into.
  const hasFailed = hasEnded && execution.status !== 'SUCCEEDED';
  const withData = options.withData === true || (options.withData === 'ended' && hasEnded) || hasFailed;
  const events = await readExecutionEvents(target.clients, executionArn, { withData });
  if (!withData) return { execution, view: viewExecution(events) };
  const { observationsIn } = await import('../core/assumptions/read-history');
  return { execution, view: viewExecution(events), assumptions: observationsIn(events) };
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
        const followed = await readExecution(target, executionArn, { withData: 'ended' });
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
