import { createVirtualClock, type ApiError, TaskError } from '../src';
import { sleep } from '../src/clock/clock';
import { createService, ended, machine, outline, run, start, task, types } from '../src/testing';

const day = 24 * 3600 * 1000;

describe('redrive', () => {
  test('goes on at the failed state with its input and variables, and reruns nothing that succeeded', async () => {
    const calls: string[] = [];
    let broken = true;
    const service = createService({
      First: () => calls.push('First'),
      Second: (request) => {
        calls.push('Second');
        if (broken) throw new TaskError('Broken', 'for now');
        return request.arguments;
      },
    });
    const arn = start(
      service,
      machine({
        First: task({ Assign: { kept: 'variable' }, Output: { from: 'First' }, Next: 'Second' }),
        Second: task({ Arguments: { kept: '{% $kept %}', input: '{% $states.input.from %}' }, End: true }),
      }),
    );
    await ended(service, arn);
    broken = false;
    const redriven = service.redriveExecution(arn);
    expect(redriven).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    const { output, events, record } = await ended(service, arn);
    expect(output).toEqual({ kept: 'variable', input: 'First' });
    expect(calls).toEqual(['First', 'Second', 'Second']);
    expect(record.failure).toBeUndefined();
    expect(outline(events).slice(6)).toEqual([
      '7 TaskStateEntered Second <- 6',
      '8 TaskScheduled <- 7',
      '9 TaskStarted <- 8',
      '10 TaskFailed <- 9',
      '11 ExecutionFailed <- 10',
      '12 ExecutionRedriven <- 11',
      '13 TaskScheduled <- 12',
      '14 TaskStarted <- 13',
      '15 TaskSucceeded <- 14',
      '16 TaskStateExited Second <- 15',
      '17 ExecutionSucceeded <- 16',
    ]);
    expect(events[11]?.details).toEqual({ redriveCount: 1 });
  });

  test('of a Parallel in a Map only the branches that did not succeed run again', async () => {
    const calls: string[] = [];
    let broken = true;
    const work = (name: string) => (request: { mapIndex?: number }) => {
      calls.push(`${name}${request.mapIndex ?? ''}`);
      if (broken && name === 'Right' && request.mapIndex === 1) throw new TaskError('Broken');
      return `${name}${request.mapIndex ?? ''}`;
    };
    const service = createService({ Left: work('Left'), Right: work('Right') });
    const arn = start(
      service,
      machine({
        Each: {
          Type: 'Map',
          Items: ['a', 'b', 'c'],
          MaxConcurrency: 1,
          ItemProcessor: {
            StartAt: 'Both',
            States: {
              Both: {
                Type: 'Parallel',
                Branches: [
                  { StartAt: 'Left', States: { Left: task() } },
                  {
                    StartAt: 'Pause',
                    States: { Pause: { Type: 'Wait', Seconds: 1, Next: 'Right' }, Right: task() },
                  },
                ],
                End: true,
              },
            },
          },
          End: true,
        },
      }),
    );
    const first = await ended(service, arn);
    expect(first.record.status).toBe('FAILED');
    broken = false;
    service.redriveExecution(arn);
    const { output, events } = await ended(service, arn);
    expect(output).toEqual([
      ['Left0', 'Right0'],
      ['Left1', 'Right1'],
      ['Left2', 'Right2'],
    ]);
    expect(calls).toEqual(['Left0', 'Right0', 'Left1', 'Right1', 'Right1', 'Left2', 'Right2']);
    expect(types(events).filter((type) => type === 'MapIterationSucceeded')).toHaveLength(3);
  });

  test('retries count from nothing again', async () => {
    let attempts = 0;
    const service = createService({
      Work: () => {
        attempts++;
        throw new TaskError('Broken');
      },
    });
    const arn = start(
      service,
      machine({ Work: task({ Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }], End: true }) }),
    );
    await ended(service, arn);
    service.redriveExecution(arn);
    await ended(service, arn);
    expect(attempts).toBe(6);
  });

  test('a Fail state is entered again and fails again', async () => {
    const { service, arn } = await run({ Boom: { Type: 'Fail', Error: 'Mine' } });
    service.redriveExecution(arn);
    const { events, record } = await ended(service, arn);
    expect(record.failure).toEqual({ error: 'Mine' });
    expect(types(events).slice(3)).toEqual(['ExecutionRedriven', 'FailStateEntered', 'ExecutionFailed']);
  });

  test('the timeout of the machine starts again', async () => {
    let slow = true;
    const service = createService({
      Work: async (request) => {
        await request.clock.sleep(slow ? 1000_000 : 50_000);
        return 'done';
      },
    });
    const arn = start(service, machine({ Work: task() }, { TimeoutSeconds: 60 }));
    expect((await ended(service, arn)).record.status).toBe('TIMED_OUT');
    slow = false;
    service.redriveExecution(arn);
    expect((await ended(service, arn)).record.status).toBe('SUCCEEDED');
  });

  test('a stopped execution goes on where it was stopped', async () => {
    const service = createService({});
    const arn = start(
      service,
      machine({ Wait: { Type: 'Wait', Seconds: 100, Next: 'Done' }, Done: { Type: 'Succeed' } }),
    );
    service.stopExecution(arn, { error: 'Enough', cause: 'by hand' });
    const stopped = await ended(service, arn);
    expect(stopped.record).toMatchObject({
      status: 'ABORTED',
      failure: { error: 'Enough', cause: 'by hand' },
    });
    expect(outline(stopped.events).slice(1)).toEqual([
      '2 WaitStateEntered Wait <- 0',
      '3 ExecutionAborted <- 0',
    ]);
    service.redriveExecution(arn);
    const { events } = await ended(service, arn);
    expect(types(events).slice(3)).toEqual([
      'ExecutionRedriven',
      'WaitStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('a Parallel that failed by the size of its result runs as a whole again', async () => {
    let size = 200_000;
    const calls: string[] = [];
    const work = (name: string) => () => {
      calls.push(name);
      return 'x'.repeat(size);
    };
    const service = createService({ A: work('A'), B: work('B') });
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task() } });
    const arn = start(
      service,
      machine({ Both: { Type: 'Parallel', Branches: [branch('A'), branch('B')], End: true } }),
    );
    expect((await ended(service, arn)).record.failure?.error).toBe('States.DataLimitExceeded');
    size = 1;
    service.redriveExecution(arn);
    expect((await ended(service, arn)).output).toEqual(['x', 'x']);
    expect(calls).toEqual(['A', 'B', 'A', 'B']);
  });

  test('the same client token redrives once', async () => {
    const { service, arn } = await run({ Boom: { Type: 'Fail' } });
    service.redriveExecution(arn, 'token');
    await ended(service, arn);
    expect(service.redriveExecution(arn, 'token').redriveCount).toBe(1);
  });

  test('an updated machine does not reach an execution that is redriven', async () => {
    const { service, arn, record } = await run({ Boom: { Type: 'Fail', Error: 'Old' } });
    service.updateStateMachine(record.stateMachineArn, {
      definition: JSON.stringify(machine({ New: { Type: 'Succeed' } })),
    });
    service.redriveExecution(arn);
    expect((await ended(service, arn)).record.failure).toEqual({ error: 'Old' });
  });
});

describe('what cannot be redriven', () => {
  const refusal = (redrive: () => unknown): string => {
    try {
      redrive();
    } catch (error) {
      return `${(error as ApiError).name}: ${(error as ApiError).message}`;
    }
    return 'not refused';
  };

  test('an execution that runs, one that succeeded, and one that does not exist', async () => {
    const service = createService({});
    const running = start(service, machine({ Wait: { Type: 'Wait', Seconds: 1000, End: true } }));
    expect(refusal(() => service.redriveExecution(running))).toMatch(/^ExecutionNotRedrivable: .*RUNNING/);
    await ended(service, running);
    expect(refusal(() => service.redriveExecution(running))).toMatch(/^ExecutionNotRedrivable: .*SUCCEEDED/);
    expect(refusal(() => service.redriveExecution(`${running}x`))).toMatch(/^ExecutionDoesNotExist: /);
  });

  test('one that ended more than 14 days ago', async () => {
    const clock = createVirtualClock();
    const { service, arn } = await run({ Boom: { Type: 'Fail' } }, { clock });
    await sleep(clock, 14 * day + 1000);
    expect(refusal(() => service.redriveExecution(arn))).toMatch(/^ExecutionNotRedrivable: .*14 days/);
  });
});
