import { readConfiguration } from '../configuration-file';
import { confirmDestroy } from '../confirm-destroy';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { executionNameFor } from '../../core/execution/name-execution';
import { parseExecutionArn } from '../execution-name';
import type { Host } from '../host';
import { requireRegistered } from '../known-deployments';
import { connect } from '../target';
import type { ExecutionOptions } from './executions';
import { inputFor, reportStarted } from './start';

export interface DestroyOptions extends ExecutionOptions {
  yes?: boolean;
}

/**
 * `destroy NAME|CONFIG`: takes away all that was made for a deployment, and nothing else. By its configuration, where
 * its provisioning never came to its end.
 */
export async function destroy(host: Host, subject: string, options: DestroyOptions): Promise<ExitCode> {
  const { startExecution, stateMachineArn } = await import('../../adapters/aws/state-machines');
  if (parseExecutionArn(subject) !== undefined) {
    throw new CliError('an execution cannot be destroyed', exitCodes.badInput, 'name the deployment');
  }
  const file = /\.(?:ya?ml|json)$/.test(subject) ? await readConfiguration(subject) : undefined;
  const deployment = file?.configuration.eks_name ?? subject;
  const target = await connect(host, options, file?.configuration);
  if (file === undefined) await requireRegistered(target, deployment);
  await confirmDestroy(host, deployment, target, options);
  const executionArn = await startExecution(
    target.clients,
    stateMachineArn(target.region, target.accountId, 'destroy'),
    file === undefined ? { deployment } : await inputFor(host, target, file.document),
    executionNameFor(deployment, host.now()),
  );
  return reportStarted(host, target, executionArn, { watch: true, ...options });
}
