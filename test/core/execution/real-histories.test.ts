import { viewExecution, type ExecutionEvent, type ExecutionView } from '../../../core/execution/view';
import { TaskError, type HistoryEvent } from 'step-functions-local';
import { createService, ended, machine, start, task, type Tasks } from 'step-functions-local/testing';

/**
 * Histories as the local interpreter writes them, which is itself judged against recordings of the real service: above
 * all of Parallel states and of redrives, whose chains of events are the hard part.
 */
const foundations = machine({
  'Acquire lock': task({ Next: 'Build foundations' }),
  'Build foundations': {
    Type: 'Parallel',
    Branches: [
      {
        StartAt: 'Tag subnets',
        States: {
          'Tag subnets': task({ Next: 'Create cluster' }),
          'Create cluster': task({ Arguments: { FunctionName: 'cluster' }, End: true }),
        },
      },
      {
        StartAt: 'Request certificates',
        States: {
          'Request certificates': task({ Next: 'Ensure user pool' }),
          'Ensure user pool': task({ Arguments: { FunctionName: 'pool' }, End: true }),
        },
      },
    ],
    Next: 'Install Kubeflow',
  },
  'Install Kubeflow': task({ End: true }),
});

const never = (): Promise<never> => new Promise(() => undefined);
const done = (): object => ({});
const all: Tasks = {
  'Acquire lock': done,
  'Tag subnets': done,
  'Create cluster': done,
  'Request certificates': done,
  'Ensure user pool': done,
  'Install Kubeflow': done,
};

function plain({ id, previousEventId, timestamp, type, details = {} }: HistoryEvent): ExecutionEvent {
  return { ...details, id, previousEventId, timestamp, type };
}

const outline = ({ steps }: ExecutionView): string[] =>
  steps.map(
    ({ name, parent, branch, status, attempts }) =>
      `${parent === undefined ? '' : `${parent}/${branch ?? '?'}/`}${name}: ${status} ×${attempts}`,
  );

async function viewOf(tasks: Tasks, thenRedriveWith?: Tasks): Promise<ExecutionView> {
  let current = tasks;
  const switched = Object.fromEntries(
    Object.keys(all).map((name) => [
      name,
      (request: Parameters<NonNullable<Tasks[string]>>[0]) => current[name]?.(request),
    ]),
  );
  const service = createService(switched);
  const arn = start(service, foundations);
  let run = await ended(service, arn);
  if (thenRedriveWith !== undefined) {
    current = thenRedriveWith;
    service.redriveExecution(arn);
    run = await ended(service, arn);
  }
  return viewExecution(run.events.map(plain));
}

describe('the steps of real histories', () => {
  test("a Parallel's branches stand together, each under its first state", async () => {
    expect(outline(await viewOf(all))).toEqual([
      'Acquire lock: SUCCEEDED ×1',
      'Build foundations: SUCCEEDED ×1',
      'Build foundations/Tag subnets/Tag subnets: SUCCEEDED ×1',
      'Build foundations/Tag subnets/Create cluster: SUCCEEDED ×1',
      'Build foundations/Request certificates/Request certificates: SUCCEEDED ×1',
      'Build foundations/Request certificates/Ensure user pool: SUCCEEDED ×1',
      'Install Kubeflow: SUCCEEDED ×1',
    ]);
  });

  test('of a failed Parallel the state at fault has failed and its neighbours were stopped', async () => {
    const view = await viewOf({
      ...all,
      'Create cluster': never,
      'Ensure user pool': () => {
        throw new TaskError('AccessDenied', 'no right to make a pool');
      },
    });
    expect(view).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(outline(view).slice(1)).toEqual([
      'Build foundations: FAILED ×1',
      'Build foundations/Tag subnets/Tag subnets: SUCCEEDED ×1',
      'Build foundations/Tag subnets/Create cluster: ABORTED ×1',
      'Build foundations/Request certificates/Request certificates: SUCCEEDED ×1',
      'Build foundations/Request certificates/Ensure user pool: FAILED ×1',
    ]);
    expect(view.steps.at(-1)).toMatchObject({ error: 'AccessDenied', cause: 'no right to make a pool' });
  });

  test('after a redrive each attempt counts for the state that was asked, in whichever branch', async () => {
    const view = await viewOf(
      {
        ...all,
        'Create cluster': never,
        'Ensure user pool': () => {
          throw new TaskError('AccessDenied');
        },
      },
      all,
    );
    expect(view).toMatchObject({ status: 'SUCCEEDED', redrives: 1 });
    expect(outline(view).slice(1)).toEqual([
      'Build foundations: SUCCEEDED ×1',
      'Build foundations/Tag subnets/Tag subnets: SUCCEEDED ×1',
      'Build foundations/Tag subnets/Create cluster: SUCCEEDED ×2',
      'Build foundations/Request certificates/Request certificates: SUCCEEDED ×1',
      'Build foundations/Request certificates/Ensure user pool: SUCCEEDED ×2',
      'Install Kubeflow: SUCCEEDED ×1',
    ]);
    expect(view.steps.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test('what follows a redriven state stands in its branch', async () => {
    const view = await viewOf(
      {
        ...all,
        'Tag subnets': () => {
          throw new TaskError('AwsTransient');
        },
        'Request certificates': never,
      },
      all,
    );
    expect(outline(view).slice(1)).toEqual([
      'Build foundations: SUCCEEDED ×1',
      'Build foundations/Tag subnets/Tag subnets: SUCCEEDED ×2',
      'Build foundations/Tag subnets/Create cluster: SUCCEEDED ×1',
      'Build foundations/Request certificates/Request certificates: SUCCEEDED ×2',
      'Build foundations/Request certificates/Ensure user pool: SUCCEEDED ×1',
      'Install Kubeflow: SUCCEEDED ×1',
    ]);
  });

  test("a Map's iterations are told apart by their number", async () => {
    const service = createService({
      Check: ({ mapIndex }) => {
        if (mapIndex === 1) throw new TaskError('ClusterUnreachable');
        return {};
      },
    });
    const arn = start(
      service,
      machine({
        'For each deployment': {
          Type: 'Map',
          Items: ['a', 'b', 'c'],
          MaxConcurrency: 1,
          ItemProcessor: {
            StartAt: 'Check',
            States: {
              Check: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Not checked' }], End: true }),
              'Not checked': { Type: 'Pass', End: true },
            },
          },
          End: true,
        },
      }),
    );
    const view = viewExecution((await ended(service, arn)).events.map(plain));
    expect(outline(view)).toEqual([
      'For each deployment: SUCCEEDED ×1',
      'For each deployment/0/Check: SUCCEEDED ×1',
      'For each deployment/1/Check: CAUGHT ×1',
      'For each deployment/1/Not checked: SUCCEEDED ×1',
      'For each deployment/2/Check: SUCCEEDED ×1',
    ]);
  });
});
