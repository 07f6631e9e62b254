import { TaskError } from '../src';
import { nextRetry } from '../src/states/error-handling';
import { outline, run, task, types } from '../src/testing';

const fails =
  (error: string, cause = 'why') =>
  () => {
    throw new TaskError(error, cause);
  };

describe('Retry', () => {
  test('intervals grow by the rate up to the longest delay, for each retrier by itself', () => {
    const retriers = [
      { ErrorEquals: ['A'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 20 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 1 },
    ];
    const used: number[] = [];
    const delays = ['A', 'B', 'A', 'A', 'A', 'A', 'B'].map((error) =>
      nextRetry(retriers, used, { error }, () => 0.5),
    );
    expect(delays).toEqual([2, 1, 6, 18, 20, undefined, undefined]);
  });

  test('full jitter takes a part of the interval', () => {
    const retriers = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 8, JitterStrategy: 'FULL' as const }];
    expect(nextRetry(retriers, [], { error: 'A' }, () => 0.25)).toBe(2);
  });

  test('MaxAttempts of 0 is never retried', () => {
    expect(
      nextRetry([{ ErrorEquals: ['A'], MaxAttempts: 0 }], [], { error: 'A' }, Math.random),
    ).toBeUndefined();
  });

  test('time passes between attempts, which are counted', async () => {
    const seen: unknown[] = [];
    const { record } = await run(
      {
        Work: task({
          Arguments: { count: '{% $states.context.State.RetryCount %}' },
          Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 10, MaxAttempts: 2 }],
          End: true,
        }),
      },
      {
        tasks: {
          Work: (request) => {
            seen.push([request.attempt, request.arguments]);
            if (request.attempt < 3) throw new TaskError('Flaky');
            return 'done';
          },
        },
      },
    );
    expect(record.status).toBe('SUCCEEDED');
    expect(seen).toEqual([
      [1, { count: 0 }],
      [2, { count: 1 }],
      [3, { count: 2 }],
    ]);
    expect((record.stopDate ?? 0) - record.startDate).toBe(30_000);
  });

  test('the role of Credentials is shown with the task', async () => {
    const role = 'arn:aws:iam::111122223333:role/other';
    const { events } = await run(
      { Work: task({ Credentials: { RoleArn: '{% $states.input %}' }, End: true }) },
      { input: role, tasks: { Work: () => 1 } },
    );
    expect(events[2]?.details).toMatchObject({ taskCredentials: { roleArn: role } });
  });

  test('an expression that fails is retried, with an event for each attempt', async () => {
    const { events } = await run({
      Work: task({
        Arguments: '{% $missing %}',
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
        End: true,
      }),
    });
    expect(outline(events)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 TaskStateEntered Work <- 0',
      '3 EvaluationFailed <- 2',
      '4 EvaluationFailed <- 3',
      '5 ExecutionFailed <- 4',
    ]);
  });

  test('a Parallel state starts again as a whole', async () => {
    let attempts = 0;
    const { output, events } = await run(
      {
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Good', States: { Good: task() } },
            { StartAt: 'Bad', States: { Bad: task() } },
          ],
          Retry: [{ ErrorEquals: ['Once'] }],
          End: true,
        },
      },
      {
        tasks: {
          Good: () => 'good',
          Bad: () => {
            if (++attempts === 1) throw new TaskError('Once');
            return 'better';
          },
        },
      },
    );
    expect(output).toEqual(['good', 'better']);
    expect(types(events).filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(types(events)).not.toContain('ParallelStateFailed');
  });
});

describe('Catch', () => {
  test('the first catcher that names the error takes it, with Output and Assign of its own', async () => {
    const { output } = await run(
      {
        Work: task({
          Output: 'not this',
          Catch: [
            { ErrorEquals: ['Other'], Next: 'Done' },
            {
              ErrorEquals: ['States.ALL'],
              Assign: { reason: '{% $states.errorOutput.Cause %}' },
              Output: { error: '{% $states.errorOutput.Error %}', input: '{% $states.input.a %}' },
              Next: 'Done',
            },
          ],
          Next: 'Done',
        }),
        Done: { Type: 'Pass', Output: '{% $merge([$states.input, {"reason": $reason}]) %}', End: true },
      },
      { input: { a: 1 }, tasks: { Work: fails('Mine', 'because') } },
    );
    expect(output).toEqual({ error: 'Mine', input: 1, reason: 'because' });
  });

  test('a catcher whose own Output fails fails the state once more', async () => {
    const { events, record } = await run({
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Boom', States: { Boom: { Type: 'Fail', Error: 'Mine' } } }],
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Done' },
          { ErrorEquals: ['States.ALL'], Output: { v: '{% $states.input.missing %}' }, Next: 'Done' },
        ],
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    });
    expect(record.failure?.cause).toContain("for the field 'Catch[1]/Output/v' returned nothing");
    expect(outline(events).slice(3)).toEqual([
      '4 FailStateEntered Boom <- 3',
      '5 ParallelStateFailed <- 4',
      '6 EvaluationFailed <- 4',
      '7 ParallelStateFailed <- 6',
      '8 ExecutionFailed <- 7',
    ]);
  });

  test('an Output that cannot be evaluated is caught by its own state', async () => {
    const { output } = await run(
      {
        Work: task({
          Output: '{% $nothing %}',
          Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Done' }],
          End: true,
        }),
        Done: { Type: 'Succeed' },
      },
      { tasks: { Work: () => 1 } },
    );
    expect(output).toMatchObject({ Error: 'States.QueryEvaluationError' });
  });

  test.each([
    ['States.TaskFailed', 'Mine', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.Timeout', 'States.HeartbeatTimeout', true],
    ['States.TaskFailed', 'States.HeartbeatTimeout', false],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.ALL', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', false],
    ['Mine', 'mine', false],
  ])('%s names %s: %s', async (name, error, caught) => {
    const { record } = await run(
      {
        Work: task({ Catch: [{ ErrorEquals: [name], Next: 'Done' }], End: true }),
        Done: { Type: 'Succeed' },
      },
      { tasks: { Work: fails(error) } },
    );
    expect(record.status).toBe(caught ? 'SUCCEEDED' : 'FAILED');
  });
});

describe('timeouts', () => {
  const hangs = (request: { clock: { sleep(ms: number): Promise<void> } }) =>
    request.clock.sleep(Number.POSITIVE_INFINITY);

  test('TimeoutSeconds ends an attempt that gives no answer', async () => {
    const { record, events } = await run(
      { Work: task({ TimeoutSeconds: '{% 60 %}', End: true }) },
      { tasks: { Work: hangs } },
    );
    expect(record).toMatchObject({ status: 'FAILED', failure: { error: 'States.Timeout' } });
    expect((record.stopDate ?? 0) - record.startDate).toBe(60_000);
    expect(types(events).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
  });

  test('HeartbeatSeconds ends an attempt that is silent, not one that reports', async () => {
    const { record, events } = await run(
      { Work: task({ HeartbeatSeconds: 10, TimeoutSeconds: 100, End: true }) },
      {
        tasks: {
          Work: async (request) => {
            for (let beat = 0; beat < 3; beat++) {
              await request.clock.sleep(9000);
              request.heartbeat();
            }
            await hangs(request);
          },
        },
      },
    );
    expect(record.failure).toEqual({ error: 'States.Timeout' });
    expect((record.stopDate ?? 0) - record.startDate).toBe(37_000);
    expect(events.at(-2)).toMatchObject({ type: 'TaskTimedOut', details: { error: 'States.Timeout' } });
  });

  test.each([
    ['States.HeartbeatTimeout', 'HeartbeatSeconds', true],
    ['States.Timeout', 'HeartbeatSeconds', true],
    ['States.TaskFailed', 'HeartbeatSeconds', false],
    ['States.HeartbeatTimeout', 'TimeoutSeconds', false],
  ])('%s catches what %s ends: %s', async (name, field, caught) => {
    const { record } = await run(
      {
        Work: task({ [field]: 10, Catch: [{ ErrorEquals: [name], Next: 'Done' }], End: true }),
        Done: { Type: 'Pass', Output: '{% $states.input %}', End: true },
      },
      { tasks: { Work: hangs } },
    );
    expect(record).toMatchObject(caught ? { output: '{"Error":"States.Timeout"}' } : { status: 'FAILED' });
  });

  test("the machine's own timeout ends the execution as TIMED_OUT", async () => {
    const { record, events } = await run(
      {
        Work: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }], End: true }),
        Done: { Type: 'Succeed' },
      },
      { tasks: { Work: hangs }, machineFields: { TimeoutSeconds: 30 } },
    );
    expect(record).toMatchObject({ status: 'TIMED_OUT', failure: {} });
    expect(types(events).slice(-2)).toEqual(['TaskStarted', 'ExecutionTimedOut']);
    expect(events.at(-1)).toMatchObject({ previousEventId: 0, details: { error: 'States.Timeout' } });
  });

  test('what an attempt does after its timeout changes nothing', async () => {
    let late = false;
    const { record, service } = await run(
      { Work: task({ TimeoutSeconds: 1, End: true }) },
      {
        tasks: {
          Work: async (request) => {
            await request.clock.sleep(5000).catch(() => undefined);
            late = true;
            request.heartbeat();
            request.submitted({});
            request.remember('x');
            return 'too late';
          },
        },
      },
    );
    await new Promise(setImmediate);
    expect(late).toBe(true);
    expect(record.status).toBe('FAILED');
    expect(types(service.history(record.arn)).at(-1)).toBe('ExecutionFailed');
  });
});
