import { isStillRunning, type ExecutionSummary } from '../adapters/aws/executions';
import { readableCause } from '../core/execution/cause';
import { adviceFor } from '../core/execution/advice';
import { consoleUrl } from '../core/execution/console-url';
import { deploymentOf } from '../core/execution/deployment-of';
import { hadLock } from '../core/execution/had-lock';
import type { Left } from '../core/handover/left';
import type { Followed } from './follow';
import { exitCodes, type ExitCode } from './exit-codes';
import { printJson, type Host } from './host';
import type { Target } from './target';
import { defined } from '../core/defined';

/** The document that `status`, `watch`, `start`, `retry`, `resync` and `destroy` print for machines. */
export function executionDocument(
  target: Target,
  executionArn: string,
  { execution, view }: Followed,
): Record<string, unknown> {
  const { error, cause, output, startedAt, stoppedAt } = execution;
  return {
    executionArn,
    status: execution.status,
    ...(startedAt !== undefined && { startedAt: startedAt.toISOString() }),
    ...(stoppedAt !== undefined && { endedAt: stoppedAt.toISOString() }),
    redrives: view.redrives,
    steps: view.steps,
    ...(output !== undefined && { outputs: JSON.parse(output) as unknown }),
    ...(error !== undefined && { error, cause: readableCause(cause) }),
    next: whatNext(target, executionArn, { execution, view }),
    ...(target.local ? {} : { console: consoleUrl(target.region, executionArn) }),
  };
}

/**
 * Says how an execution stands, and what to do next.
 *
 * @param advice what the failure recorder says, if anything
 */
export function reportExecution(
  host: Host,
  target: Target,
  executionArn: string,
  followed: Followed,
  { json, advice }: { json?: boolean; advice?: string },
): ExitCode {
  const { execution } = followed;
  if (json === true) {
    printJson(host, {
      ...executionDocument(target, executionArn, followed),
      ...defined({ advice }),
    });
  } else host.out(executionText(target, executionArn, followed, advice));
  if (execution.status === 'SUCCEEDED' || isStillRunning(execution.status)) return exitCodes.ok;
  return execution.error === 'DeploymentLocked' ? exitCodes.conflict : exitCodes.failed;
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
  lines.push(...leftText(execution));
  if (!target.local) lines.push(`in the console: ${consoleUrl(target.region, executionArn)}`);
  return `${lines.join('\n')}\n`;
}

/** What destroy has left, a line each. */
function leftText({ output }: ExecutionSummary): string[] {
  const { left = [] } = JSON.parse(output ?? '{}') as { left?: Left[] };
  return left.length === 0
    ? []
    : ['what is left, and why:', ...left.map(({ what, why }) => `- ${what}: ${why}`)];
}

/** What somebody who reads the outcome does next, a line each. */
function whatNext(target: Target, executionArn: string, { execution, view }: Followed): string[] {
  const { status, error } = execution;
  if (isStillRunning(status)) return [`watch it: kubeflow-eks watch ${executionArn}${target.flags}`];
  if (status === 'SUCCEEDED') {
    const { url } = JSON.parse(execution.output ?? '{}') as { url?: string };
    return url === undefined ? [] : [`Kubeflow is at ${url}`];
  }
  const deployment = deploymentOf(execution.input);
  const failed = {
    executionArn,
    status,
    error: error ?? '',
    cause: readableCause(execution.cause),
    hadLock: hadLock(view),
  };
  return [`what to do: ${adviceFor({ ...failed, ...defined({ deployment }) }, { flags: target.flags })}`];
}
