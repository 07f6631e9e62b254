import type { Followed } from './follow';
import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { printJson } from './host';
import type { Host } from './host';

/** The message in a cause: Lambda wraps a function's error in JSON, and a build's failure is the whole build. */
export function readableCause(cause: string | undefined): string {
  if (cause === undefined) return '';
  try {
    const { errorMessage, Build: build } = JSON.parse(cause) as {
      errorMessage?: string;
      Build?: FailedBuild;
    };
    return errorMessage ?? (build === undefined ? cause : buildFailure(build));
  } catch {
    return cause;
  }
}

interface FailedBuild {
  Id?: string;
  Phases?: { PhaseType?: string; PhaseStatus?: string; Contexts?: { Message?: string }[] }[];
  Logs?: { GroupName?: string; StreamName?: string };
}

function buildFailure({ Id: id = 'the build', Phases: phases = [], Logs: logs }: FailedBuild): string {
  const failed = phases.find(({ PhaseStatus: status }) => status !== undefined && status !== 'SUCCEEDED');
  const message = failed?.Contexts?.[0]?.Message ?? `it ended ${failed?.PhaseStatus ?? 'without a word'}`;
  const log =
    logs?.GroupName === undefined ? '' : `; its log: ${logs.GroupName}, stream ${logs.StreamName ?? ''}`;
  return `build ${id}, phase ${failed?.PhaseType ?? '?'}: ${message}${log}`;
}

/** The document that `status`, `watch`, `start --watch` and `retry` print for machines. */
export function executionDocument(executionArn: string, { execution, view }: Followed): object {
  return {
    executionArn,
    status: execution.status,
    redrives: view.redrives,
    steps: view.steps,
    ...(execution.output === undefined ? {} : { outputs: JSON.parse(execution.output) as unknown }),
    ...(execution.error === undefined
      ? {}
      : { error: execution.error, cause: readableCause(execution.cause) }),
  };
}

/** Says how an execution stands, and what to do next. */
export function reportExecution(
  host: Host,
  executionArn: string,
  followed: Followed,
  options: { json?: boolean; local?: boolean },
): ExitCode {
  const { execution } = followed;
  if (options.json === true) printJson(host, executionDocument(executionArn, followed));
  else host.out(executionText(executionArn, followed, options.local === true));
  if (execution.status === 'SUCCEEDED' || execution.status === 'RUNNING') return exitCodes.ok;
  return execution.error === 'DeploymentLocked' ? exitCodes.conflict : exitCodes.failed;
}

function executionText(executionArn: string, { execution }: Followed, local: boolean): string {
  const lines = [`${execution.status.toLowerCase()}: ${executionArn}`];
  const flag = local ? ' --local' : '';
  if (execution.error !== undefined) lines.push(`${execution.error}: ${readableCause(execution.cause)}`);
  if (execution.status === 'SUCCEEDED') {
    const { url } = JSON.parse(execution.output ?? '{}') as { url?: string };
    if (url !== undefined) lines.push(`Kubeflow is at ${url}`);
  } else if (execution.status === 'RUNNING') {
    lines.push(`watch it: kubeflow-eks watch ${executionArn}${flag}`);
  } else if (execution.error === 'InvalidConfiguration') {
    lines.push('correct the configuration and start a new execution; a retry would use the same input');
  } else if (execution.error !== 'DeploymentLocked') {
    lines.push(
      `when that is mended, go on at the step that failed: kubeflow-eks retry ${executionArn}${flag}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
