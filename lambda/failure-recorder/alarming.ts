import type { RunFailure } from '../../adapters/aws/registry-runs';
import { errorKind } from '../../core/errors';

/** What an execution is refused with before it has touched anything: the caller is told, and nobody is woken. */
const refusals = new Set([
  'InvalidConfiguration',
  'DeploymentMissing',
  'DeploymentLocked',
  'ExecutionOutdated',
  'LockLost',
]);

/** Steps before the first change of anything but the lock. */
const refusingStates = new Set(['Validate configuration', 'Acquire lock', 'Preflight checks']);

/** Whether an execution was refused before it touched anything: then whoever started it is told, and nobody else. */
export function isRefused({ error, state }: Pick<RunFailure, 'error' | 'state'>): boolean {
  const refusedThere = state !== undefined && refusingStates.has(state) && errorKind(error) === 'user';
  return refusals.has(error) || refusedThere;
}

/**
 * Whether operators are to be alarmed of the end of an execution: not of one that was refused, for a misspelt name, a
 * configuration that cannot be or an account that lacks something, and not of one that somebody stopped.
 */
export function isAlarming(
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED',
  failure: Pick<RunFailure, 'error' | 'state'>,
): boolean {
  return status !== 'ABORTED' && !isRefused(failure);
}
