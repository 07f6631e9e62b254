import { viewExecution } from '../../../core/execution/view';
import { attemptFailed, beginning, history, taskDone } from './histories';

const at = (second: number): string => new Date(beginning + second * 1000).toISOString();

describe('the steps of an execution', () => {
  test('an execution without a history runs and has no steps', () => {
    expect(viewExecution([])).toEqual({ status: 'RUNNING', steps: [], redrives: 0 });
  });

  test('a step lasts from its entry to its exit', () => {
    const view = viewExecution(
      history(['ExecutionStarted'], ...taskDone('Acquire lock'), ['ExecutionSucceeded']),
    );
    expect(view).toEqual({
      status: 'SUCCEEDED',
      redrives: 0,
      startedAt: at(0),
      endedAt: at(6),
      steps: [
        {
          name: 'Acquire lock',
          type: 'Task',
          status: 'SUCCEEDED',
          attempts: 1,
          startedAt: at(1),
          endedAt: at(5),
        },
      ],
    });
  });

  test('events count in the order of their ids, not of their arrival', () => {
    const events = history(['ExecutionStarted'], ...taskDone('Acquire lock'), ['ExecutionSucceeded']);
    expect(viewExecution(events.toReversed())).toEqual(viewExecution(events));
  });

  test('a step between two attempts runs, and says why it waits', () => {
    const { steps } = viewExecution(
      history(
        ['ExecutionStarted'],
        ['TaskStateEntered', { name: 'Await ingress' }],
        ...attemptFailed('IngressHasNoAddress', 'no address yet'),
        ...attemptFailed('IngressHasNoAddress', 'still no address'),
      ),
    );
    expect(steps).toEqual([
      {
        name: 'Await ingress',
        type: 'Task',
        status: 'RUNNING',
        attempts: 2,
        startedAt: at(1),
        error: 'IngressHasNoAddress',
        cause: 'still no address',
      },
    ]);
  });

  test('a step that succeeds at last carries no error', () => {
    const { steps } = viewExecution(
      history(
        ['ExecutionStarted'],
        ['TaskStateEntered', { name: 'Await ingress' }],
        ...attemptFailed('IngressHasNoAddress'),
        ['TaskScheduled'],
        ['TaskSucceeded'],
        ['TaskStateExited', { name: 'Await ingress' }],
      ),
    );
    expect(steps[0]).toMatchObject({ status: 'SUCCEEDED', attempts: 2 });
    expect(steps[0]).not.toHaveProperty('error');
    expect(steps[0]).not.toHaveProperty('cause');
  });

  test('a failure that a Catch takes is not the end of the execution', () => {
    const view = viewExecution(
      history(
        ['ExecutionStarted'],
        ['TaskStateEntered', { name: 'Reconcile access' }],
        ...attemptFailed('ClusterUnreachable'),
        ['TaskStateExited', { name: 'Reconcile access' }],
        ['PassStateEntered', { name: 'Access not reconciled' }],
        ['PassStateExited', { name: 'Access not reconciled' }],
        ['ExecutionSucceeded'],
      ),
    );
    expect(view.status).toBe('SUCCEEDED');
    expect(view.steps).toMatchObject([
      { name: 'Reconcile access', status: 'CAUGHT', error: 'ClusterUnreachable' },
      { name: 'Access not reconciled', status: 'SUCCEEDED', attempts: 1 },
    ]);
  });

  test.each([
    ['TaskTimedOut', 'States.Timeout'],
    ['TaskSubmitFailed', 'CodeBuild.InvalidInputException'],
    ['LambdaFunctionScheduleFailed', 'Lambda.AWSLambdaException'],
    ['EvaluationFailed', 'States.QueryEvaluationError'],
  ])('%s fails its step', (type, error) => {
    const view = viewExecution(
      history(
        ['ExecutionStarted'],
        ['TaskStateEntered', { name: 'Install Kubeflow' }],
        ['TaskScheduled'],
        [type, { error }],
        ['ExecutionFailed', { error, cause: 'so' }],
      ),
    );
    expect(view).toMatchObject({ status: 'FAILED', error, cause: 'so', endedAt: at(4) });
    expect(view.steps).toMatchObject([{ status: 'FAILED', error, endedAt: at(4) }]);
  });

  test.each([
    ['ExecutionAborted', 'ABORTED', 'ABORTED'],
    ['ExecutionTimedOut', 'TIMED_OUT', 'TIMED_OUT'],
  ])('%s ends what ran, and leaves what was done', (type, status, stepStatus) => {
    const view = viewExecution(
      history(
        ['ExecutionStarted'],
        ...taskDone('Acquire lock'),
        ['TaskStateEntered', { name: 'Install Kubeflow' }],
        ['TaskScheduled'],
        [type],
      ),
    );
    expect(view.status).toBe(status);
    expect(view.steps.map((step) => step.status)).toEqual(['SUCCEEDED', stepStatus]);
  });

  test('a Fail state has failed when it is entered', () => {
    const { steps } = viewExecution(
      history(
        ['ExecutionStarted'],
        ['FailStateEntered', { name: 'Some need attention' }],
        ['ExecutionFailed', { error: 'ResyncIncomplete', cause: 'acme: DNS' }],
      ),
    );
    expect(steps).toMatchObject([
      { name: 'Some need attention', status: 'FAILED', error: 'ResyncIncomplete' },
    ]);
  });

  test('a state that is entered again is the same step', () => {
    const { steps } = viewExecution(
      history(['ExecutionStarted'], ...taskDone('Look'), ...taskDone('Decide'), ...taskDone('Look')),
    );
    expect(steps).toMatchObject([
      { name: 'Look', attempts: 2, startedAt: at(1), endedAt: at(15) },
      { name: 'Decide', attempts: 1 },
    ]);
  });

  test('a redrive makes what had failed due again, and keeps what had not', () => {
    const failed = history(
      ['ExecutionStarted'],
      ...taskDone('Acquire lock'),
      ['TaskStateEntered', { name: 'Ensure app client' }],
      ...attemptFailed('AccessDenied'),
      ['ExecutionFailed', { error: 'AccessDenied' }],
      ['ExecutionRedriven'],
    );
    const view = viewExecution(failed);
    expect(view).toMatchObject({ status: 'RUNNING', redrives: 1 });
    expect(view).not.toHaveProperty('endedAt');
    expect(view).not.toHaveProperty('error');
    expect(view.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'PENDING']);
  });

  test('after a redrive of branches, what a task is asked tells whose attempt it is', () => {
    const asked = (state: string, redrives: number): { parameters: string } => ({
      parameters: JSON.stringify({ Payload: { workflow: { redrives, state } } }),
    });
    const { steps } = viewExecution(
      history(
        ['ExecutionStarted'],
        ['ParallelStateEntered', { name: 'Both' }],
        ['ParallelStateStarted'],
        ['TaskStateEntered', { name: 'One', after: 3 }],
        ['TaskStateEntered', { name: 'Two', after: 3 }],
        ['TaskScheduled', { ...asked('One', 0), after: 4 }],
        ['TaskScheduled', { ...asked('Two', 0), after: 5 }],
        ['TaskFailed', { error: 'First', after: 6 }],
        ['TaskStateAborted', { after: 7 }],
        ['ParallelStateFailed', { name: 'Both', after: 8 }],
        ['ExecutionFailed', { error: 'First' }],
        ['ExecutionRedriven'],
        ['TaskScheduled', asked('Two', 1)],
        ['TaskFailed', { error: 'Second' }],
        ['ParallelStateFailed', { name: 'Both' }],
        ['ExecutionFailed', { error: 'Second' }],
      ),
    );
    expect(steps.map(({ name, status, error }) => [name, status, error])).toEqual([
      ['Both', 'FAILED', 'Second'],
      ['One', 'ABORTED', 'First'],
      ['Two', 'FAILED', 'Second'],
    ]);
  });
});
