import type { Logger } from '@aws-lambda-powertools/logger';
import type { AwsClients } from '../../adapters/aws/clients';
import { describeExecution, readExecutionEvents, type ExecutionSummary } from '../../adapters/aws/executions';
import { publishEvent } from '../../adapters/aws/events';
import { publishToAll } from '../../adapters/aws/notifications';
import { readRun, writeRun, type RunFailure } from '../../adapters/aws/registry-runs';
import { TransientError } from '../../core/errors';
import { observationText, refutedOnAws, type Observation } from '../../core/assumptions/observation';
import { observationsIn } from '../../core/assumptions/read-history';
import { readEnvironment } from '../../core/environment';
import { adviceFor, explainError } from '../../core/execution/advice';
import { consoleUrl } from '../../core/execution/console-url';
import { deploymentOf } from '../../core/execution/deployment-of';
import { logGroupUrl } from '../../core/execution/console-links';
import { culprit } from '../../core/execution/culprit';
import { hadLock } from '../../core/execution/had-lock';
import { isSameMoment } from '../../core/execution/same-moment';
import { viewExecution, type ExecutionView } from '../../core/execution/view';
import { readableCause } from '../../core/execution/cause';
import { detailTypes, product, unknownDeployment } from '../../core/naming';
import { isAlarming, isRefused } from './alarming';
import { readStatusEvent, type StatusEvent } from './status-event';
import { defined } from '../../core/defined';

/** What the recorder works with. */
export interface RecorderContext {
  clients: AwsClients;
  logger: Pick<Logger, 'info' | 'appendKeys'>;
  now: () => Date;
  environment: Readonly<Record<string, string | undefined>>;
  /** Counts a failure that operators are to be alarmed of. */
  alarm: (workflow: string) => void;
}

/**
 * Stores why an execution ended without success and what to do next, and tells everyone concerned, once for each end:
 * EventBridge delivers an event at least once. It changes nothing else; above all the execution keeps its lock, so that
 * it can be redriven. The record of one that had done its work stays a success, with why it failed after that.
 *
 * @param event "Step Functions Execution Status Change" with FAILED, TIMED_OUT or ABORTED
 * @returns what was recorded, or `undefined` where it was known or the execution has gone on meanwhile
 */
export async function recordFailure(
  event: unknown,
  context: RecorderContext,
): Promise<RunFailure | undefined> {
  const { region, detail } = readStatusEvent(event);
  const { executionArn, status } = detail;
  const { clients, logger, now, environment } = context;
  const table = readEnvironment('registryTable', environment);

  const execution = await describeExecution(clients, executionArn);
  const input = detail.input ?? execution?.input;
  const deployment = deploymentOf(input) ?? unknownDeployment;
  logger.appendKeys({ deployment, execution: executionArn });
  const seen = execution === undefined ? 'ended' : compare(detail, execution);
  if (seen === 'gone on') {
    logger.info('outdated: the execution has gone on since', { status: execution?.status });
    return undefined;
  }
  // With what the tasks were asked to do, which tells whose log to look into, and with what they have seen.
  const events = await readExecutionEvents(clients, executionArn, { withData: true });
  const view = viewExecution(events);
  if (seen === 'lagging' || (execution !== undefined && view.status === 'RUNNING')) {
    throw notYetVisible(executionArn, status);
  }

  const stoppedAt = new Date(detail.stopDate).toISOString();
  const known = await readRun(clients, table, deployment, executionArn);
  if (known?.failure?.stoppedAt === stoppedAt && known.failure.notifiedAt !== undefined) {
    logger.info('recorded already');
    return undefined;
  }

  const stateMachine = detail.stateMachineArn.slice(detail.stateMachineArn.lastIndexOf(':') + 1);
  const failure = explain({ region, detail }, input, view);
  const assumptions = observationsIn(events);
  // It has done its work, and failed to give back the lock or to tell: a redrive ends without another word about it.
  const isDone = known?.status === 'SUCCEEDED';
  const run = {
    executionArn,
    stateMachine,
    status: isDone ? ('SUCCEEDED' as const) : status,
    ...(assumptions.length > 0 && { assumptions }),
  };
  if (isAlarming(status, failure)) context.alarm(stateMachine.replace(`${product}-`, ''));
  await writeRun(clients, table, deployment, { ...run, failure }, now());
  const log = culprit(view)?.log;
  await notify(
    { region, detail },
    { deployment, stateMachine, failure, assumptions, ...defined({ log }) },
    context,
  );
  // Last: a recorder that dies on the way is called again, and then tells.
  const notified: RunFailure = { ...failure, notifiedAt: now().toISOString() };
  await writeRun(clients, table, deployment, { ...run, failure: notified }, now());
  logger.info('recorded', { status, state: failure.state, errorName: failure.error });
  return notified;
}

/**
 * What DescribeExecution's answer is to an end that an event tells of. The answer is eventually consistent (API
 * reference, DescribeExecution), and the event comes within a second: an execution that still runs, and has been
 * redriven no more often than the event says, is the one from before the end.
 */
function compare(
  { status, stopDate, redriveCount }: StatusEvent['detail'],
  execution: ExecutionSummary,
): 'ended' | 'gone on' | 'lagging' {
  const redrives = redriveCount ?? 0;
  if (execution.redrives > redrives || execution.status === 'PENDING_REDRIVE') return 'gone on';
  if (execution.redrives < redrives || execution.status === 'RUNNING') return 'lagging';
  // The redrive may have ended within the time that the event took.
  const sameEnd =
    execution.status === status &&
    (execution.stoppedAt === undefined || isSameMoment(execution.stoppedAt.getTime(), stopDate));
  return sameEnd ? 'ended' : 'gone on';
}

/** Lambda calls the function twice more, a minute and two minutes later, and keeps the event after that. */
function notYetVisible(executionArn: string, status: string): TransientError {
  return new TransientError(
    'AwsTransient',
    `Step Functions says that ${executionArn} ended as ${status} and shows it running still; it is read again.`,
  );
}

function explain(
  { region, detail }: StatusEvent,
  input: string | null | undefined,
  view: ExecutionView,
): RunFailure {
  const { executionArn, status } = detail;
  const step = culprit(view);
  const error = step?.error ?? view.error ?? detail.error ?? defaultError[status];
  const cause = readableCause(step?.cause ?? view.cause ?? detail.cause);
  return {
    ...defined({ state: step?.name }),
    error,
    cause,
    advice: adviceFor(
      {
        executionArn,
        status,
        error,
        cause,
        hadLock: hadLock(view),
        ...(input != null && { input }),
      },
      { flags: ` --region ${region}`, retry: retryCommand(executionArn, region, deploymentOf(input)) },
    ),
    stoppedAt: new Date(detail.stopDate).toISOString(),
  };
}

/** For operators with the command line of this project, and for those with AWS' alone. */
function retryCommand(executionArn: string, region: string, deployment: string | undefined): string {
  const byArn = `\`aws stepfunctions redrive-execution --execution-arn ${executionArn} --region ${region}\``;
  return deployment === undefined
    ? byArn
    : `\`kubeflow-eks retry ${deployment} --region ${region}\` (or ${byArn})`;
}

const defaultError = {
  FAILED: 'States.TaskFailed',
  TIMED_OUT: 'States.Timeout',
  ABORTED: 'Execution.Aborted',
} as const;

/** What people are told of. */
interface Recorded {
  deployment: string;
  stateMachine: string;
  failure: RunFailure;
  assumptions: readonly Observation[];
  log?: string;
}

async function notify(
  { region, detail }: StatusEvent,
  { deployment, stateMachine, failure, assumptions, log }: Recorded,
  { clients, environment }: RecorderContext,
): Promise<void> {
  const known = deployment === unknownDeployment ? undefined : deployment;
  const name = known ?? 'a deployment that the input does not name';
  const outcome = { FAILED: 'failed', TIMED_OUT: 'timed out', ABORTED: 'was stopped' }[detail.status];
  const where = failure.state === undefined ? '' : ` at "${failure.state}"`;
  const headline = `${stateMachine} for ${name} ${outcome}${where}`;
  const message = [
    `${headline}.`,
    `${failure.error}: ${failure.cause}`,
    `What it means: ${explainError({ status: detail.status, ...failure }).meaning}`,
    `What to do: ${failure.advice}`,
    ...(log === undefined ? [] : [`Log: ${log}, ${logGroupUrl(region, log)}`]),
    ...refutedOnAws(assumptions).map(
      (each) => `What is assumed of AWS does not hold: ${observationText(each)}`,
    ),
    `Execution: ${consoleUrl(region, detail.executionArn)}`,
  ].join('\n\n');
  const topic = readEnvironment('notificationTopicArn', environment);
  if (!isRefused(failure)) await publishToAll(clients, topic, known, { subject: headline, message });
  await publishEvent(clients, {
    bus: readEnvironment('eventBusName', environment),
    detailType: detailTypes.failed,
    detail: {
      deployment,
      stateMachine,
      executionArn: detail.executionArn,
      status: detail.status,
      ...defined({ state: failure.state }),
      error: failure.error,
      advice: failure.advice,
    },
  });
}
