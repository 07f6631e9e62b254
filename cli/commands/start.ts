import type { Workflow } from '../../core/naming';
import { readConfiguration, type ConfigurationFile } from '../configuration-file';
import { exitCodes, type ExitCode } from '../exit-codes';
import { executionNameFor } from '../../core/execution/name-execution';
import { follow, readExecution } from '../follow';
import { printJson, type Host } from '../host';
import { liveSteps } from '../render/live-steps';
import { reportExecution } from '../report-execution';
import { connect, type Target, type TargetOptions } from '../target';

export interface StartOptions extends TargetOptions {
  json?: boolean;
  printInput?: boolean;
  watch?: boolean;
  name?: string;
}

/** `start CONFIG`: starts provisioning. */
export async function start(host: Host, path: string, options: StartOptions): Promise<ExitCode> {
  const { document, configuration } = await readConfiguration(path);
  if (options.printInput === true) {
    printJson(host, document);
    return exitCodes.ok;
  }
  const target = await connect(host, options, configuration);
  const executionArn = await startWith(host, target, 'provision', { document, configuration }, options.name);
  return reportStarted(host, target, executionArn, options);
}

/** Starts a workflow that takes a configuration, under the name given or one of the deployment and the time. */
export async function startWith(
  host: Host,
  target: Target,
  workflow: Workflow,
  { document, configuration }: ConfigurationFile,
  name: string | undefined,
): Promise<string> {
  const { startExecution, stateMachineArn } = await import('../../adapters/aws/state-machines');
  return startExecution(
    target.clients,
    stateMachineArn(target.region, target.accountId, workflow),
    await inputFor(host, target, document),
    name ?? executionNameFor(configuration.eks_name, host.now()),
  );
}

/** The input of an execution. In the local region the account is first given what the configuration expects of it. */
export async function inputFor(host: Host, target: Target, document: unknown): Promise<unknown> {
  if (!target.local) return document;
  const { findConnection, prepareAccountOf } = await import('../../local/region');
  const connection = findConnection();
  if (connection === undefined) return document;
  const { document: prepared, mappings } = await prepareAccountOf(connection, document);
  for (const { path, configured, used } of mappings) host.err(`${path}: ${configured} is ${used} here\n`);
  return prepared;
}

/** Says what was started, or follows it to its end. */
export async function reportStarted(
  host: Host,
  target: Target,
  executionArn: string,
  options: Pick<StartOptions, 'json' | 'watch'>,
): Promise<ExitCode> {
  if (options.watch !== true) {
    return reportExecution(host, target, executionArn, await readExecution(target, executionArn), options);
  }
  host.err(`started ${executionArn}\n`);
  const live = liveSteps(host, options.json === true);
  return reportExecution(host, target, executionArn, await follow(host, target, executionArn, live), options);
}
