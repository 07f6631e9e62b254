import { readConfiguration } from '../configuration-file';
import { exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { follow, readExecution } from '../follow';
import { printJson } from '../host';
import type { Host } from '../host';
import { liveSteps } from '../render/steps';
import { reportExecution } from '../report';
import { connect } from '../target';
import type { Target, TargetOptions } from '../target';

export interface StartOptions extends TargetOptions {
  json?: boolean;
  printInput?: boolean;
  watch?: boolean;
  name?: string;
}

/** `acme-20260102-030405`: tells what and when, and never repeats. */
export function executionName(deployment: string, now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  return `${deployment}-${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}

/** `start CONFIG`: starts provisioning. */
export async function start(host: Host, path: string, options: StartOptions): Promise<ExitCode> {
  const { document, configuration } = await readConfiguration(path);
  if (options.printInput === true) {
    printJson(host, document);
    return exitCodes.ok;
  }
  const { startExecution, stateMachineArn } = await import('../../adapters/aws/state-machines');
  const target = await connect(options, configuration);
  const input = target.local ? await preparedInput(host, document) : document;
  const executionArn = await startExecution(
    target.clients,
    stateMachineArn(target.region, target.accountId, 'provision'),
    input,
    options.name ?? executionName(configuration.eks_name, host.now()),
  );
  return reportStarted(host, target, executionArn, options);
}

/** In the local region the account is first given what the configuration expects of it. */
async function preparedInput(host: Host, document: unknown): Promise<unknown> {
  const { findConnection, prepareAccountOf } = await import('../../local/region');
  const connection = findConnection();
  if (connection === undefined) return document;
  const { document: prepared, mappings } = await prepareAccountOf(connection, document);
  for (const { path, configured, used } of mappings) host.err(`${path}: ${configured} is ${used} here\n`);
  return prepared;
}

/** Says what was started, or follows it to its end with `--watch`. */
export async function reportStarted(
  host: Host,
  target: Target,
  executionArn: string,
  options: Pick<StartOptions, 'json' | 'watch'>,
): Promise<ExitCode> {
  if (options.watch !== true) {
    return reportExecution(host, executionArn, await readExecution(target, executionArn), {
      ...options,
      local: target.local,
    });
  }
  host.err(`started ${executionArn}\n`);
  const live = liveSteps(host, options.json === true);
  return reportExecution(host, executionArn, await follow(host, target, executionArn, live), {
    ...options,
    local: target.local,
  });
}
