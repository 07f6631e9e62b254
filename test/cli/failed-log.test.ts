import { failedLog } from '../../cli/report-execution';
import type { ExecutedStep } from '../../core/execution/view';

const step: ExecutedStep = {
  name: 'Ensure app client',
  type: 'Task',
  status: 'FAILED',
  attempts: 1,
  startedAt: '2026-03-01T10:00:00Z',
  parent: 'Build foundations',
  log: '/aws/lambda/kubeflow-eks-ensure-app-client',
};
const around: ExecutedStep = { ...step, name: 'Build foundations', type: 'Parallel' };
const other: ExecutedStep = { ...step, name: 'Create cluster', status: 'ABORTED' };
const { log: _log, ...withoutLog } = step;
const region = 'eu-central-1';
const view = { status: 'FAILED', steps: [around, other, step] } as const;

test('the log of the innermost step that failed is a file in the local region', () => {
  expect(failedLog({ local: true, region, dir: '/region' }, view)).toBe(
    'log of "Ensure app client": /region/logs/functions/kubeflow-eks-ensure-app-client.log',
  );
});

test.each([
  ['one that succeeded', { ...view, status: 'SUCCEEDED' as const }],
  ['one that runs', { ...view, status: 'RUNNING' as const }],
  ['a step that called nothing that is known', { ...view, steps: [around, withoutLog] }],
])('of %s nothing is said', (_what, of) => {
  expect(failedLog({ local: false, region }, of)).toBeUndefined();
});
