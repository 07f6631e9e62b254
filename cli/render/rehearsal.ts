import { join } from 'node:path';
import { logsFolder } from '../../local/region/log-files';
import type { RehearsalResult } from '../../local/rehearsal/result';
import { readableCause } from '../../core/execution/cause';
import type { Paint } from './paint';
import { roomText } from './room';
import { formatElapsed, stepLine } from './steps';
import { table } from './tables';

/** What a rehearsal's result is printed with. */
export interface RehearsalContext {
  /** The configuration's file, for the commands that are proposed. */
  path: string;
  /** The file of the sample users. */
  users?: string | undefined;
  /** The folder in which its logs are kept. */
  keptLogs?: string | undefined;
  elapsedMs: number;
  now: number;
}

/** What came of a rehearsal: steps, outputs, logins, who may do what, and what to do next. */
export function rehearsalText(result: RehearsalResult, context: RehearsalContext, paint: Paint): string {
  const sections = [
    ['steps', result.steps.map((step) => `  ${stepLine(step, context.now, paint)}`).join('\n')],
    ['outputs', outputsTable(result)],
    ['room on the nodes', result.room === undefined ? '' : roomText(result.room)],
    [loginsTitle(result), loginsTable(result)],
    ['who may do what, as the API server says', accessTable(result, paint)],
    ["refused by the roles' own policies", refusalsTable(result)],
    ['faults that were met', faultsTable(result)],
  ] as const;
  const shown = sections.filter(([, text]) => text !== '');
  return [
    ...shown.map(([title, text]) => `\n${paint.bold(title)}\n${text}`),
    '',
    `${result.status.toLowerCase()} in ${formatElapsed(context.elapsedMs)}: ${result.deployment}`,
    `calls that IAM refused: ${result.refusals.length}`,
    ...(result.chaos === undefined
      ? []
      : [
          `faults met: ${result.chaos.met.length}, redrives: ${result.chaos.redrives}; --chaos ${result.chaos.seed} draws them again`,
        ]),
    ...(result.error === undefined ? [] : [`${result.error}: ${readableCause(result.cause)}`]),
    ...whatNext(result, context),
    '',
  ].join('\n');
}

function outputsTable({ outputs }: RehearsalResult): string {
  const rows = Object.entries(outputs).filter((row): row is [string, string] => typeof row[1] === 'string');
  return rows.length === 0 ? '' : table(['output', 'value'], rows);
}

function loginsTitle({ loginsThrough }: RehearsalResult): string {
  if (loginsThrough === undefined) return 'logins';
  return loginsThrough === 'gateway'
    ? 'logins, through the load balancer, Envoy and oauth2-proxy'
    : 'logins, at the user pool alone; through Envoy and oauth2-proxy once these are built (local programs build)';
}

function loginsTable({ logins }: RehearsalResult): string {
  if (logins.length === 0) return '';
  return table(
    ['user', 'outcome', 'ms', 'reads', 'writes', 'namespaces'],
    logins.map(({ user, outcome, durationMs, requests, grants }) => [
      user,
      outcome,
      durationMs,
      requests.read,
      requests.write,
      grants.map(({ namespace, role }) => `${namespace} (${role})`).join(', ') || '–',
    ]),
  );
}

/** A row for each user and namespace, a column for each question that was asked. */
function accessTable({ access }: RehearsalResult, paint: Paint): string {
  if (access.length === 0) return '';
  const questions = [...new Set(access.map(({ verb, resource }) => `${verb} ${resource}`))];
  const rows = new Map<string, Map<string, boolean>>();
  for (const { user, namespace, verb, resource, allowed } of access) {
    const key = `${user}\t${namespace}`;
    rows.set(key, (rows.get(key) ?? new Map<string, boolean>()).set(`${verb} ${resource}`, allowed));
  }
  const answer = (allowed: boolean | undefined): string => {
    if (allowed === undefined) return '';
    return allowed ? paint.green('yes') : paint.dim('no');
  };
  return table(
    ['user', 'namespace', ...questions],
    [...rows].map(([key, answers]) => [
      ...key.split('\t'),
      ...questions.map((question) => answer(answers.get(question))),
    ]),
  );
}

/** A permission that is missing in the stack, or a call that nobody thought of. */
function refusalsTable({ refusals }: RehearsalResult): string {
  if (refusals.length === 0) return '';
  return table(
    ['role', 'action', 'resource'],
    refusals.map(({ role, action, resource }) => [role, action, resource]),
  );
}

function faultsTable({ chaos }: RehearsalResult): string {
  if (chaos === undefined || chaos.met.length === 0) return '';
  return table(
    ['fault', 'call', 'step', 'recovered'],
    chaos.met.map(({ kind, call, step, recovery }) => [kind, call, step ?? '', recovery ?? 'no']),
  );
}

function whatNext(
  { status, logins, deployment, logFile }: RehearsalResult,
  { path, users, keptLogs }: Pick<RehearsalContext, 'path' | 'users' | 'keptLogs'>,
): string[] {
  const failed = logins.filter(({ outcome }) => outcome !== 'allowed').length;
  if (status === 'SUCCEEDED' && failed > 0) {
    return [`${failed} of ${logins.length} sample users could not log in; the outcomes above say why`];
  }
  if (status === 'SUCCEEDED') {
    return [
      'next: put your own account, VPC and domain into a configuration and rehearse that',
      `then deploy the stack (npx cdk deploy) and provision: kubeflow-eks start ${path} --watch`,
      'to log in yourself, in a browser, to a region that stays up:',
      `  kubeflow-eks local up ${path}${users === undefined ? '' : ` --users ${users}`}`,
      `  kubeflow-eks start ${path} --local --watch`,
      `  kubeflow-eks local open ${deployment}${logins[0] === undefined ? '' : ` --as ${logins[0].user}`}`,
    ];
  }
  return [
    ...(logFile === undefined ? [] : [`log of the failed step: ${logFile}`]),
    'next: mend what the failed step says; --retry rehearses the redrive' +
      (keptLogs === undefined
        ? ', --keep-logs FOLDER keeps the logs'
        : `; the logs of all steps and builds are in ${join(keptLogs, logsFolder)}`),
  ];
}
