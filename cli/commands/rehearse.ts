import type { ProgressReporter, RehearsalResult, RehearsalStep } from '../../local/rehearsal/result';
import { readConfiguration, readUsers } from '../configuration-file';
import { CliError, exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { printJson } from '../host';
import type { Host } from '../host';
import type { Paint } from '../render/paint';
import { formatElapsed, stepLine } from '../render/steps';
import { table } from '../render/tables';
import { readableCause } from '../report';

export interface RehearseOptions {
  users?: string;
  json?: boolean;
  fail?: string;
  retry?: boolean;
  keepLogs?: string;
}

/** `rehearse CONFIG`: a whole provisioning in a local region of its own. */
export async function rehearse(host: Host, path: string, options: RehearseOptions): Promise<ExitCode> {
  const { document } = await readConfiguration(path);
  const users = options.users === undefined ? [] : await readUsers(options.users);
  const started = host.now();
  const { rehearse: run, RehearsalError } = await import('../../local/rehearsal');
  try {
    const result = await run({
      configuration: document,
      users,
      ...(options.fail === undefined ? {} : { fail: options.fail }),
      retry: options.retry === true,
      ...(options.keepLogs === undefined ? {} : { dir: options.keepLogs }),
      report: options.json === true ? silent : reporter(host),
      signal: host.signal,
    });
    if (options.json === true) printJson(host, result);
    else host.out(resultText(result, host.now() - started, host.paint.out));
    const refused = result.logins.some(({ outcome }) => outcome !== 'allowed');
    return result.status === 'SUCCEEDED' && !refused ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    if (host.signal.aborted) {
      throw new CliError('interrupted; the local region is down again', exitCodes.interrupted);
    }
    if (error instanceof RehearsalError) throw new CliError(error.message, exitCodes.badInput);
    throw error;
  }
}

const silent: ProgressReporter = { phase: () => undefined, line: () => undefined, step: () => undefined };

/** Steps as lines when they end, since a rehearsal's are quick; what is retried says so once. */
function reporter(host: Host): ProgressReporter {
  const retried = new Set<string>();
  return {
    phase: (text) => {
      host.err(`${host.paint.err.bold(text)}\n`);
    },
    line: (text) => {
      host.err(`  ${host.paint.err.dim(text)}\n`);
    },
    step: (step: RehearsalStep) => {
      const waits = step.status === 'RUNNING';
      if (waits && (step.error === undefined || retried.has(step.name))) return;
      if (waits) retried.add(step.name);
      host.err(`  ${stepLine(step, host.now(), host.paint.err)}\n`);
      if (step.status === 'FAILED') host.err(`    ${readableCause(step.cause)}\n`);
    },
  };
}

function resultText(result: RehearsalResult, elapsedMs: number, paint: Paint): string {
  const parts: string[] = [
    '',
    `${result.status.toLowerCase()} in ${formatElapsed(elapsedMs)}: ${result.deployment}`,
  ];
  if (result.error !== undefined) parts.push(`${result.error}: ${readableCause(result.cause)}`);
  const outputs = Object.entries(result.outputs).filter(([, value]) => typeof value === 'string');
  if (outputs.length > 0) parts.push('', table(['output', 'value'], outputs as [string, string][]));
  if (result.logins.length > 0) {
    parts.push(
      '',
      table(
        ['user', 'outcome', 'ms', 'reads', 'writes', 'namespaces'],
        result.logins.map(({ user, outcome, durationMs, requests, grants }) => [
          user,
          outcome,
          durationMs,
          requests.read,
          requests.write,
          grants.map(({ namespace, role }) => `${namespace} (${role})`).join(', ') || '–',
        ]),
      ),
    );
  }
  if (result.access.length > 0)
    parts.push('', 'who may do what, as the API server says:', accessTable(result, paint));
  return `${parts.join('\n')}\n`;
}

function accessTable({ access }: RehearsalResult, paint: Paint): string {
  const questions = [...new Set(access.map(({ verb, resource }) => `${verb} ${resource}`))];
  const rows = new Map<string, Map<string, boolean>>();
  for (const { user, namespace, verb, resource, allowed } of access) {
    const key = `${user}\t${namespace}`;
    rows.set(key, (rows.get(key) ?? new Map<string, boolean>()).set(`${verb} ${resource}`, allowed));
  }
  return table(
    ['user', 'namespace', ...questions],
    [...rows].map(([key, answers]) => [
      ...key.split('\t'),
      ...questions.map((question) => (answers.get(question) === true ? paint.green('yes') : paint.dim('no'))),
    ]),
  );
}
