import { isStillRunning, type ExecutionSummary } from '../adapters/aws/executions';
import { assumptions } from '../core/assumptions/assumption-table';
import { assumptionLines, type Observation } from '../core/assumptions/observation';
import { readableCause } from '../core/execution/cause';
import { adviceFor, type FailedExecution } from '../core/execution/advice';
import { consoleUrl } from '../core/execution/console-url';
import { deploymentOf } from '../core/execution/deployment-of';
import { hadLock } from '../core/execution/had-lock';
import type { RecordedDrift } from '../adapters/aws/registry-drift';
import type { Left } from '../core/handover/left';
import { workflowOf } from '../core/naming';
import type { DocumentBody } from './documents/document-kinds';
import { driftBody, driftLine } from './render/known-drift';
import { printDocument } from './documents/print-document';
import type { Followed } from './follow';
import { exitCodes, type ExitCode } from './exit-codes';
import type { Host } from './host';
import { culprit } from '../core/execution/culprit';
import { logGroupUrl } from '../core/execution/console-links';
import { logFileOf } from '../local/region/log-files';
import type { Target } from './target';
import { defined } from '../core/defined';

/**
 * What `status`, `watch`, `start`, `retry`, `resync`, `destroy` and `lock-out` print for machines.
 *
 * @param known `advice`: what the failure recorder says, if anything; `drift`: what the looks for drift know of its deployment
 */
export function executionBody(
  target: Target,
  executionArn: string,
  followed: Followed,
  { advice, drift }: { advice?: string; drift?: RecordedDrift } = {},
): DocumentBody<'Execution'> {
  const { execution, view, assumptions: seen = [] } = followed;
  const { error, cause, output, startedAt, stoppedAt } = execution;
  const exitCode = exitCodeOf(execution);
  return {
    executionArn,
    ...defined({ workflow: workflowOf(executionArn), deployment: deploymentOf(execution.input) }),
    status: execution.status,
    ...defined({ startedAt: startedAt?.toISOString(), endedAt: stoppedAt?.toISOString() }),
    redrives: view.redrives,
    steps: view.steps.map(stepBody),
    ...(output !== undefined && { outputs: JSON.parse(output) as Record<string, unknown> }),
    ...(exitCode !== exitCodes.ok && {
      error: {
        name: error ?? execution.status,
        message: readableCause(cause),
        advice: advice ?? adviceOn(target, executionArn, followed),
        exitCode,
      },
    }),
    ...(drift !== undefined && { drift: driftBody(drift) }),
    ...(seen.length > 0 && { assumptions: seen.map(assumptionBody) }),
    next: whatNext(target, executionArn, followed),
    ...(target.local ? {} : { console: consoleUrl(target.region, executionArn) }),
  };
}

/** What was seen of an assumption, as a document has it. */
function assumptionBody(observation: Observation) {
  return { ...observation, sentence: assumptions[observation.id].sentence };
}

/** A step as a document has it: its failure in one object, and as people read it. */
export function stepBody<S extends { error?: string; cause?: string }>({
  error,
  cause,
  ...step
}: S): Omit<S, 'error' | 'cause'> & { error?: { name: string; message: string } } {
  return { ...step, ...(error !== undefined && { error: { name: error, message: readableCause(cause) } }) };
}

/**
 * Says how an execution stands, and what to do next.
 *
 * @param how `advice`: what the failure recorder says, if anything; `drift`: what the looks for drift know of its deployment
 */
export function reportExecution(
  host: Host,
  target: Target,
  executionArn: string,
  followed: Followed,
  { json, ...known }: { json?: boolean; advice?: string; drift?: RecordedDrift },
): ExitCode {
  const { execution } = followed;
  if (json === true) {
    printDocument(host, 'Execution', executionBody(target, executionArn, followed, known));
  } else {
    host.out(executionText(target, executionArn, followed, known.advice));
    const deployment = deploymentOf(execution.input);
    if (known.drift !== undefined && deployment !== undefined)
      host.out(
        driftLine(deployment, known.drift, {
          now: host.now(),
          workedOn: execution.startedAt?.getTime(),
          flags: target.flags,
        }),
      );
  }
  return exitCodeOf(execution);
}

/** How a command ends that has followed an execution. */
export function exitCodeOf({ status, error }: ExecutionSummary): ExitCode {
  if (status === 'SUCCEEDED' || isStillRunning(status)) return exitCodes.ok;
  return error === 'DeploymentLocked' ? exitCodes.conflict : exitCodes.failed;
}

function executionText(
  target: Target,
  executionArn: string,
  followed: Followed,
  advice: string | undefined,
): string {
  const { execution } = followed;
  const lines = [`${execution.status.toLowerCase()}: ${executionArn}`];
  if (execution.error !== undefined) lines.push(`${execution.error}: ${readableCause(execution.cause)}`);
  // What was recorded is what the mail says, too.
  lines.push(
    ...(advice === undefined ? whatNext(target, executionArn, followed) : [`what to do: ${advice}`]),
  );
  const log = failedLog(target, followed.view);
  if (log !== undefined) lines.push(log);
  lines.push(...leftText(execution));
  lines.push(...assumptionLines(followed.assumptions ?? []));
  if (!target.local) lines.push(`in the console: ${consoleUrl(target.region, executionArn)}`);
  return `${lines.join('\n')}\n`;
}

/**
 * Where the log of the step is at which an execution failed: its group and page, or in the local region its file.
 *
 * @returns nothing where none failed, or what the step called is not known
 */
export function failedLog(
  { local, region, dir }: Pick<Target, 'local' | 'region' | 'dir'>,
  view: Parameters<typeof culprit>[0],
): string | undefined {
  if (view.status === 'SUCCEEDED' || isStillRunning(view.status)) return undefined;
  const { name, log } = culprit(view) ?? {};
  if (name === undefined || log === undefined) return undefined;
  if (!local) return `log of "${name}": ${log}, ${logGroupUrl(region, log)}`;
  return dir === undefined ? undefined : `log of "${name}": ${logFileOf(dir, log)}`;
}

/** What destroy has left, a line each. */
function leftText({ output }: ExecutionSummary): string[] {
  const { left = [] } = JSON.parse(output ?? '{}') as { left?: Left[] };
  return left.length === 0
    ? []
    : ['what is left, and why:', ...left.map(({ what, why }) => `- ${what}: ${why}`)];
}

/** What somebody who reads the outcome does next, a line each. */
function whatNext(target: Target, executionArn: string, followed: Followed): string[] {
  const { execution } = followed;
  const { status } = execution;
  if (isStillRunning(status)) return [`watch it: kubeflow-eks watch ${executionArn}${target.flags}`];
  if (status === 'SUCCEEDED') {
    const { url } = JSON.parse(execution.output ?? '{}') as { url?: string };
    return url === undefined ? [] : [`Kubeflow is at ${url}`];
  }
  return [`what to do: ${adviceOn(target, executionArn, followed)}`];
}

/** What the table of advice says to an execution that has failed. */
function adviceOn({ flags }: Target, executionArn: string, { execution, view }: Followed): string {
  const { status, error, cause, input } = execution;
  const failed = {
    executionArn,
    status: status as FailedExecution['status'],
    error: error ?? '',
    cause: readableCause(cause),
    hadLock: hadLock(view),
    ...defined({ input }),
  };
  return adviceFor(failed, { flags });
}
