import type { AwsClients } from '../../adapters/aws/clients';
import { requireLock } from '../../adapters/aws/registry-lock';
import { readEnvironment } from '../../core/environment';
import { buildEnvironment, type BuildEnvironment } from '../../core/handover/build-environment';

/**
 * Checks that the execution that started this build holds the lock of the deployment: a redrive may resume at a build
 * after another execution has taken the lock. A build that nobody's execution started, by hand say, has no lock to lose.
 *
 * @throws ConflictError `LockLost`
 */
export async function requireLockOfBuild(
  clients: AwsClients,
  deployment: string,
  environment: BuildEnvironment = buildEnvironment(),
): Promise<void> {
  const execution = environment.EXECUTION_ARN;
  if (execution === undefined || execution === '') return;
  await requireLock(clients, readEnvironment('registryTable', environment), deployment, execution);
}
