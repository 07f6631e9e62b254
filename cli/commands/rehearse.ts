import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { readConfiguration, readUsers } from '../configuration-file';
import type { DocumentBody } from '../documents/document-kinds';
import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { executionNameFor } from '../../core/execution/name-execution';
import type { Host } from '../host';
import { rehearsalText } from '../render/rehearsal';
import { rehearsalProgress } from '../render/rehearsal-progress';
import type { ReportModel } from '../report/report-model';
import { defined } from '../../core/defined';
import { readableCause } from '../../core/execution/cause';
import type { RehearsalResult } from '../../local/rehearsal/result';
import { stepBody } from '../report-execution';

export interface RehearseOptions {
  users?: string;
  json?: boolean;
  fail?: string;
  /** The seed as written, or `true` where one is to be drawn. */
  chaos?: string | true;
  retry?: boolean;
  keepLogs?: string;
  distribution?: string;
  report?: string;
}

/** `rehearse CONFIG`: a whole provisioning in a local region of its own. */
export async function rehearse(host: Host, path: string, options: RehearseOptions): Promise<ExitCode> {
  if (options.chaos !== undefined && options.fail !== undefined)
    throw new CliError(
      '--chaos and --fail exclude each other: one passes, the other stays',
      exitCodes.badInput,
    );
  const { document, configuration } = await readConfiguration(path);
  const users = options.users === undefined ? [] : await readUsers(options.users);
  const started = host.now();
  const progress = rehearsalProgress(host);
  const { rehearse: run, RehearsalError } = await import('../../local/rehearsal');
  const { gatherOfRehearsal } = await import('../report/gather-rehearsal');
  const { writeReport } = await import('../report/report-file');
  let model: ReportModel | undefined;
  try {
    const result = await run({
      configuration: document,
      users,
      ...defined({ fail: options.fail, chaos: seedOf(options.chaos) }),
      retry: options.retry === true,
      ...defined({ dir: options.keepLogs }),
      ...(options.distribution !== undefined && { distribution: resolve(options.distribution) }),
      ...(options.report !== undefined && {
        planAs: executionNameFor(configuration.eks_name, host.now()),
        inspect: async (region, outcome) => {
          progress.phase('report');
          model = await gatherOfRehearsal(host, region, outcome);
        },
      }),
      report: progress,
      signal: host.signal,
    });
    progress.done();
    if (model !== undefined) host.err(`report: ${await writeReport(host, model, options.report)}\n`);
    if (options.json === true) printDocument(host, 'Rehearsal', rehearsalBody(result));
    else
      host.out(
        rehearsalText(
          result,
          {
            path,
            users: options.users,
            keptLogs: options.keepLogs,
            elapsedMs: host.now() - started,
            now: host.now(),
          },
          host.paint.out,
        ),
      );
    const refused = result.logins.some(({ outcome }) => outcome !== 'allowed');
    return result.status === 'SUCCEEDED' && !refused ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    if (host.signal.aborted) {
      throw new CliError('interrupted; the local region is down again', exitCodes.interrupted);
    }
    if (error instanceof RehearsalError) throw new CliError(error.message, exitCodes.badInput);
    throw error;
  } finally {
    progress.done();
  }
}

/** Largest seed that is drawn; any that is written down again is taken. */
const seeds = 1_000_000;

/** @throws CliError for what is not a whole number */
function seedOf(chaos: string | true | undefined): number | undefined {
  if (chaos === undefined) return undefined;
  if (chaos === true) return randomInt(seeds);
  if (!/^\d{1,15}$/.test(chaos))
    throw new CliError(`--chaos takes a whole number as seed, not "${chaos}"`, exitCodes.badInput);
  return Number(chaos);
}

/** What is printed for machines. A failure's cause is read as people read it. */
export function rehearsalBody({
  error,
  cause,
  steps,
  ...result
}: RehearsalResult): DocumentBody<'Rehearsal'> {
  return {
    ...result,
    steps: steps.map(stepBody),
    ...(error !== undefined && {
      error: { name: error, message: readableCause(cause), exitCode: exitCodes.failed },
    }),
  };
}
