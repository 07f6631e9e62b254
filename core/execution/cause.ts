import { exportedVariables } from '../handover/build-environment';

/** What the registry keeps of a cause, and a terminal shows. */
const longestCause = 4_000;

/**
 * A cause as people read it. A function's failure is a JSON document with the message in it; a build's is the whole
 * build, of which the phase that failed and the place of the log are what counts. (The rest repeats the environment.)
 *
 * @param cause as Step Functions has it
 * @returns at most 4,000 characters
 */
export function readableCause(cause: string | null | undefined): string {
  if (cause === null || cause === undefined || cause === '') return 'no cause was given';
  const parsed = parse(cause);
  const text = functionMessage(parsed) ?? buildMessage(parsed) ?? cause;
  return text.length > longestCause ? `${text.slice(0, longestCause - 1)}…` : text;
}

interface Build {
  Arn?: string;
  BuildStatus?: string;
  ExportedEnvironmentVariables?: { Name?: string; Value?: string }[];
  Logs?: { DeepLink?: string; GroupName?: string; StreamName?: string };
  Phases?: {
    PhaseType?: string;
    PhaseStatus?: string;
    Contexts?: { StatusCode?: string; Message?: string }[];
  }[];
}

function functionMessage(parsed: Record<string, unknown> | undefined): string | undefined {
  return typeof parsed?.['errorMessage'] === 'string' ? parsed['errorMessage'] : undefined;
}

function buildMessage(parsed: Record<string, unknown> | undefined): string | undefined {
  const build = (parsed?.['Build'] ?? parsed) as Build | undefined;
  if (build?.Arn === undefined || build.BuildStatus === undefined) return undefined;
  const failed = build.Phases?.find(
    ({ PhaseStatus }) => PhaseStatus !== undefined && PhaseStatus !== 'SUCCEEDED',
  );
  const details = failed?.Contexts?.map(({ StatusCode, Message }) =>
    [StatusCode, Message].filter(Boolean).join(': '),
  );
  // What the build itself says of its failure: builds/support/run-main.ts.
  const said =
    build.ExportedEnvironmentVariables?.find(({ Name }) => Name === exportedVariables.failure)?.Value ?? '';
  return [
    ...(said === '' ? [] : [`${said}\n—`]),
    `the build ${build.Arn} is ${build.BuildStatus}`,
    ...(failed?.PhaseType === undefined ? [] : [`in its phase ${failed.PhaseType}`]),
    ...(details === undefined || details.join('') === '' ? [] : [`(${details.join('; ')})`]),
    ...logOf(build),
  ].join(' ');
}

/** Where the log is: a link to it, or what to look for. */
function logOf({ Logs: logs }: Build): string[] {
  if (logs?.DeepLink !== undefined) return [`— log: ${logs.DeepLink}`];
  return logs?.GroupName === undefined ? [] : [`— log: ${logs.GroupName}, stream ${logs.StreamName ?? ''}`];
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
