import { viewExecution, viewTimedExecution } from '../../../core/execution/view';
import { submittedBuild, timelineOf } from '../../../core/report/timeline';
import { attemptFailed, beginning, history, taskDone } from '../execution/histories';

const build = {
  id: 'kubeflow-eks-cluster:1',
  project: 'kubeflow-eks-cluster',
  status: 'SUCCEEDED',
  // Another clock than that of Step Functions.
  startedAt: beginning + 500_000,
  phases: [
    { type: 'INSTALL', status: 'SUCCEEDED', startedAt: beginning + 500_000, endedAt: beginning + 501_000 },
    { type: 'BUILD', status: 'FAILED', startedAt: beginning + 501_000, endedAt: beginning + 502_000 },
    { type: 'COMPLETED', startedAt: beginning + 502_000 },
  ],
};
const submission = JSON.stringify({ Build: { Id: build.id }, SdkHttpMetadata: {} });

const timeline = (events: ReturnType<typeof history>, now = beginning + 60_000) =>
  timelineOf(viewTimedExecution(events), [build], now);

test('attempts that fail, and the waits between them', () => {
  const { rows, length } = timeline(
    history(
      ['ExecutionStarted'],
      ['TaskStateEntered', { name: 'Await ingress' }],
      ...attemptFailed('IngressHasNoAddress'),
      ['TaskScheduled'],
      ['TaskStarted'],
      ['TaskSucceeded'],
      ['TaskStateExited', { name: 'Await ingress' }],
      ['ExecutionSucceeded'],
    ),
  );
  expect(length).toBe(9000 - 0);
  expect(rows).toEqual([
    {
      label: 'Await ingress',
      kind: 'step',
      depth: 0,
      status: 'SUCCEEDED',
      attempts: 2,
      from: 1000,
      to: 8000,
      worked: 4000,
      waited: 1000,
      spans: [
        { kind: 'failed', from: 2000, to: 4000, open: false, label: 'IngressHasNoAddress' },
        { kind: 'wait', from: 4000, to: 5000, open: false, label: 'IngressHasNoAddress' },
        { kind: 'work', from: 5000, to: 7000, open: false },
      ],
    },
  ]);
});

test('what is waited for now goes on until now', () => {
  const { rows, length } = timeline(
    history(
      ['ExecutionStarted'],
      ['TaskStateEntered', { name: 'Await ingress' }],
      ...attemptFailed('IngressHasNoAddress'),
    ),
  );
  expect(length).toBe(60_000);
  expect(rows[0]).toMatchObject({ to: 60_000, waited: 56_000, error: 'IngressHasNoAddress' });
  expect(rows[0]?.spans.at(-1)).toMatchObject({ kind: 'wait', to: 60_000, open: true });
});

test('a build stands below the attempt that started it, on the clock of the execution', () => {
  const { rows } = timeline(
    history(
      ['ExecutionStarted'],
      ['TaskStateEntered', { name: 'Create cluster' }],
      ['TaskScheduled'],
      ['TaskStarted'],
      ['TaskSubmitted', { submission }],
      ['TaskSucceeded'],
      ['TaskStateExited', { name: 'Create cluster' }],
      ['ExecutionSucceeded'],
    ),
  );
  expect(rows.map(({ label, depth }) => [label, depth])).toEqual([
    ['Create cluster', 0],
    ['build kubeflow-eks-cluster', 1],
  ]);
  expect(rows[1]?.spans).toEqual([
    { kind: 'phase', from: 2000, to: 3000, open: false, label: 'INSTALL' },
    { kind: 'failed', from: 3000, to: 4000, open: false, label: 'BUILD' },
  ]);
});

test('branches stand below their Parallel, and a Choice nowhere', () => {
  const { rows } = timeline(
    history(
      ['ExecutionStarted'],
      ['ChoiceStateEntered', { name: 'Is there one?' }],
      ['ChoiceStateExited', { name: 'Is there one?' }],
      ['ParallelStateEntered', { name: 'Build foundations' }],
      ['ParallelStateStarted'],
      ...taskDone('Tag subnets'),
    ),
  );
  expect(rows.map(({ label, kind, depth }) => [label, kind, depth])).toEqual([
    ['Build foundations', 'group', 0],
    ['Tag subnets', 'step', 1],
  ]);
});

test('a step that was stopped with its execution ends then', () => {
  const { rows } = timeline(
    history(
      ['ExecutionStarted'],
      ['TaskStateEntered', { name: 'Create cluster' }],
      ['TaskScheduled'],
      ['TaskStarted'],
      ['ExecutionAborted'],
    ),
  );
  expect(rows[0]).toMatchObject({ status: 'ABORTED', to: 4000 });
  expect(rows[0]?.spans).toEqual([{ kind: 'work', from: 2000, to: 4000, open: false }]);
});

test('an execution that has just begun has no rows', () => {
  expect(timelineOf(viewTimedExecution([]), [], beginning)).toEqual({ rows: [], length: 0 });
});

test('the steps are those of the plain view', () => {
  const events = history(['ExecutionStarted'], ...taskDone('Acquire lock'), ['ExecutionSucceeded']);
  const { steps } = viewTimedExecution(events);
  expect(steps.map(({ tried: _tried, ...step }) => step)).toEqual(viewExecution(events).steps);
});

test.each([
  [undefined, undefined],
  ['not JSON', undefined],
  ['{}', undefined],
  ['{"Build":null}', undefined],
  ['{"Build":{"Id":7}}', undefined],
  [submission, build.id],
])('the build that %s names', (text, id) => {
  expect(submittedBuild(text === undefined ? {} : { submission: text })).toBe(id);
});
