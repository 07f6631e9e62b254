import { run, task } from '../src/testing';

const payloadLimit = 262_144;

describe('payloads', () => {
  test('a task may give 262,144 bytes and no more', async () => {
    const fits = 'x'.repeat(payloadLimit - 2);
    const whole = await run({ Work: task() }, { tasks: { Work: () => fits } });
    expect(whole.output).toHaveLength(payloadLimit - 2);

    const { record, events } = await run({ Work: task() }, { tasks: { Work: () => `${fits}x` } });
    expect(record.failure).toEqual({
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'arn:aws:states:::lambda:invoke' returned a result with a size exceeding the maximum number " +
        'of bytes service limit.',
    });
    expect(events.at(-2)?.type).toBe('TaskFailed');
  });

  test('bytes are counted, not characters', async () => {
    const { record } = await run({ Work: task() }, { tasks: { Work: () => 'ä'.repeat(payloadLimit / 2) } });
    expect(record.failure?.error).toBe('States.DataLimitExceeded');
  });

  test.each([
    ['an output', { Type: 'Pass', Output: "{% $pad('', 262143, 'x') %}", End: true }],
    ['a variable', { Type: 'Pass', Assign: { big: "{% $pad('', 262143, 'x') %}" }, Output: 1, End: true }],
    ['arguments', task({ Arguments: "{% $pad('', 262143, 'x') %}", End: true })],
  ])('%s that is too large fails the state', async (_what, state) => {
    expect((await run({ State: state })).record.failure?.error).toBe('States.DataLimitExceeded');
  });
});

describe('the history', () => {
  const loop = {
    Count: { Type: 'Pass', Assign: { n: '{% $exists($n) ? $n + 1 : 1 %}' }, Next: 'Again' },
    Again: { Type: 'Choice', Choices: [{ Condition: '{% $n < 100000 %}', Next: 'Count' }], Default: 'Done' },
    Done: { Type: 'Succeed' },
  };

  test('ends an execution with its 25,000th event', async () => {
    const { record, events } = await run({
      Count: { ...loop.Count, Assign: { n: 1 } },
      Again: loop.Again,
      Done: loop.Done,
    });
    expect(events).toHaveLength(25_000);
    expect(events.at(-1)?.type).toBe('ExecutionFailed');
    expect(record).toMatchObject({
      status: 'FAILED',
      failure: {
        error: 'States.Runtime',
        cause: 'The execution reached the maximum number of history events (25000).',
      },
    });
  });

  test('that is full leaves nothing to redrive', async () => {
    const { service, arn } = await run({
      Count: { ...loop.Count, Assign: { n: 1 } },
      Again: loop.Again,
      Done: loop.Done,
    });
    expect(() => service.redriveExecution(arn)).toThrow('history event limit exceeded');
  });

  test('inside a Parallel ends the execution all the same', async () => {
    const { record, events } = await run({
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Loop',
            States: {
              Loop: { Type: 'Pass', Next: 'More' },
              More: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Loop' }], Default: 'End' },
              End: { Type: 'Succeed' },
            },
          },
          { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 1, End: true } } },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        Next: 'Caught',
      },
      Caught: { Type: 'Succeed' },
    });
    expect(record.failure?.error).toBe('States.Runtime');
    expect(events).toHaveLength(25_000);
  });
});
