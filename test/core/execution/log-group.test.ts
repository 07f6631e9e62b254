import { logGroupUrl, logStreamUrl } from '../../../core/execution/console-links';
import { logGroupOf } from '../../../core/execution/log-group';
import { viewExecution } from '../../../core/execution/view';
import { logFileOf } from '../../../local/region/log-files';
import { history } from './histories';

const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:kubeflow-eks-acquire-lock';

test.each([
  [{ FunctionName: 'kubeflow-eks-acquire-lock', Payload: {} }, '/aws/lambda/kubeflow-eks-acquire-lock'],
  [{ FunctionName: 'kubeflow-eks-acquire-lock:live' }, '/aws/lambda/kubeflow-eks-acquire-lock'],
  [{ FunctionName: arn }, '/aws/lambda/kubeflow-eks-acquire-lock'],
  [{ FunctionName: `${arn}:live` }, '/aws/lambda/kubeflow-eks-acquire-lock'],
  [{ ProjectName: 'kubeflow-eks-cluster' }, '/aws/codebuild/kubeflow-eks-cluster'],
  [{ QueueUrl: 'q' }, undefined],
])('what %p called logs into %s', (parameters, group) => {
  expect(logGroupOf(JSON.stringify(parameters))).toBe(group);
});

test.each([undefined, '', 'null', '{"FunctionName":"cut'])(
  'of parameters that are not there none is named: %p',
  (it) => {
    expect(logGroupOf(it)).toBeUndefined();
  },
);

test('a step has the log of what it called last', () => {
  const events = history(
    ['ExecutionStarted'],
    ['TaskStateEntered', { name: 'Acquire lock' }],
    ['TaskScheduled', { parameters: JSON.stringify({ FunctionName: 'kubeflow-eks-acquire-lock' }) }],
    ['TaskFailed', { error: 'DeploymentLocked' }],
    ['ExecutionFailed', { error: 'DeploymentLocked' }],
  );
  expect(viewExecution(events).steps).toMatchObject([
    { name: 'Acquire lock', status: 'FAILED', log: '/aws/lambda/kubeflow-eks-acquire-lock' },
  ]);
});

test('the console has a page of a group and of a stream, the local region a file', () => {
  const group = '/aws/codebuild/kubeflow-eks-cluster';
  const page =
    'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/' +
    '$252Faws$252Fcodebuild$252Fkubeflow-eks-cluster';
  expect(logGroupUrl('eu-central-1', group)).toBe(page);
  expect(logStreamUrl('eu-central-1', { group, stream: 'a/b' })).toBe(`${page}/log-events/a$252Fb`);
  expect(logFileOf('/region', group)).toBe('/region/logs/builds/kubeflow-eks-cluster.log');
  expect(logFileOf('/region', '/aws/lambda/kubeflow-eks-acquire-lock')).toBe(
    '/region/logs/functions/kubeflow-eks-acquire-lock.log',
  );
});
