import { isAlarming } from '../../../lambda/failure-recorder/alarming';
import { defined } from '../../../core/defined';

test.each([
  ['FAILED', 'ClusterFailed', 'Create cluster', true],
  ['FAILED', 'States.TaskFailed', 'Install Kubeflow', true],
  ['TIMED_OUT', 'States.Timeout', undefined, true],
  ['FAILED', 'AwsTransient', 'Preflight checks', true],
  ['FAILED', 'AccessDenied', 'Ensure user pool', true],
  // Somebody stopped it, and knows.
  ['ABORTED', 'Execution.Aborted', 'Create cluster', false],
  // Refused: nothing was touched, and the caller is told.
  ['FAILED', 'InvalidConfiguration', 'Validate configuration', false],
  ['FAILED', 'DeploymentMissing', 'Load registration', false],
  ['FAILED', 'DeploymentLocked', 'Acquire lock', false],
  ['FAILED', 'LockLost', 'Create cluster', false],
  ['FAILED', 'VpcMissing', 'Preflight checks', false],
] as const)('%s with %s at %s: %s', (status, error, state, expected) => {
  expect(isAlarming(status, { error, ...defined({ state }) })).toBe(expected);
});
