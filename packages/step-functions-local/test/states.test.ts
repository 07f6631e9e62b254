import { outline, run, task, types } from '../src/testing';

describe('Pass and variables', () => {
  test('Assign and Output see the variables as they were on entry', async () => {
    const { output } = await run({
      First: { Type: 'Pass', Assign: { x: 3, a: 6 }, Next: 'Second' },
      Second: {
        Type: 'Pass',
        Assign: { x: '{% $a %}', next: '{% $x %}' },
        Output: { seen: '{% $x %}' },
        Next: 'Third',
      },
      Third: {
        Type: 'Pass',
        Output: { x: '{% $x %}', next: '{% $next %}', input: '{% $states.input %}' },
        End: true,
      },
    });
    expect(output).toEqual({ x: 6, next: 3, input: { seen: 3 } });
  });

  test('a branch sees outer variables, keeps its own, and loses them at its end', async () => {
    const { output } = await run({
      Outer: { Type: 'Pass', Assign: { shared: 'outer' }, Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Left',
            States: {
              Left: { Type: 'Pass', Assign: { own: 'left' }, Next: 'Left reads' },
              'Left reads': { Type: 'Pass', Output: '{% [$shared, $own] %}', End: true },
            },
          },
          {
            StartAt: 'Right',
            States: { Right: { Type: 'Pass', Output: '{% [$shared, $exists($own)] %}', End: true } },
          },
        ],
        Next: 'After',
      },
      After: {
        Type: 'Pass',
        Output: { branches: '{% $states.input %}', left: '{% $exists($own) %}' },
        End: true,
      },
    });
    expect(output).toEqual({
      branches: [
        ['outer', 'left'],
        ['outer', false],
      ],
      left: false,
    });
  });

  test('the context object names execution, machine and state', async () => {
    const { output, arn } = await run(
      { Look: { Type: 'Pass', Output: '{% $states.context %}', End: true } },
      { input: { a: 1 } },
    );
    expect(output).toEqual({
      Execution: {
        Id: arn,
        Input: { a: 1 },
        Name: 'run',
        RoleArn: 'arn:aws:iam::111122223333:role/states',
        StartTime: '2026-01-01T00:00:00Z',
        RedriveCount: 0,
      },
      StateMachine: {
        Id: expect.stringMatching(
          /^arn:aws:states:eu-central-1:111122223333:stateMachine:machine-/,
        ) as unknown,
        Name: expect.stringMatching(/^machine-/) as unknown,
      },
      State: { Name: 'Look', EnteredTime: '2026-01-01T00:00:00Z', RetryCount: 0 },
    });
  });

  test('a value that JSONata would take for a sequence stays an array', async () => {
    const { output } = await run(
      {
        One: { Type: 'Pass', Output: { items: '{% [$states.input.items[value > 1]] %}' }, Next: 'Two' },
        Two: { Type: 'Pass', Output: '{% $states.input.items %}', End: true },
      },
      { input: { items: [{ value: 1 }, { value: 2 }] } },
    );
    expect(output).toEqual([{ value: 2 }]);
  });

  test('$now and $millis are the time of the execution', async () => {
    const { output } = await run({
      Wait: { Type: 'Wait', Seconds: 90, Next: 'Look' },
      Look: { Type: 'Pass', Output: "{% [$now(), $millis(), $now('[Y0001]/[M01]')] %}", End: true },
    });
    expect(output).toEqual(['2026-01-01T00:01:30.000Z', Date.UTC(2026, 0, 1, 0, 1, 30), '2026/01']);
  });

  test('functions of Step Functions are there and $eval is not', async () => {
    const { output } = await run({
      All: {
        Type: 'Pass',
        Output: {
          parts: '{% $partition([1,2,3], 2) %}',
          range: '{% $range(0, 6, 3) %}',
          down: '{% $range(3, 1, -1) %}',
          hash: "{% $hash('input data', 'SHA-1') %}",
          same: '{% $random(5) = $random(5) %}',
          uuid: '{% $match($uuid(), /^[0-9a-f-]{36}$/).match != "" %}',
          parsed: '{% $parse(\'{"a":[1]}\').a %}',
          eval: '{% $exists($eval) %}',
        },
        End: true,
      },
    });
    expect(output).toEqual({
      parts: [[1, 2], [3]],
      range: [0, 3, 6],
      down: [3, 2, 1],
      hash: 'aaff4a450a104cd177d28d18d74485e8cae074b7',
      same: true,
      uuid: true,
      parsed: [1],
      eval: false,
    });
  });

  test('calling $eval fails the state', async () => {
    const { record } = await run({ Eval: { Type: 'Pass', Output: "{% $eval('1') %}", End: true } });
    expect(record.failure?.error).toBe('States.QueryEvaluationError');
    expect(record.failure?.cause).toContain('T1006');
  });
});

describe('Choice', () => {
  const choice = {
    Choose: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Next: 'Big', Output: 'big', Assign: { size: 'large' } },
        { Condition: '{% $states.input.n > 5 %}', Next: 'Medium' },
      ],
      Default: 'Small',
      Output: 'small',
    },
    Big: { Type: 'Pass', Output: '{% $states.input & " " & $size %}', End: true },
    Medium: { Type: 'Succeed' },
    Small: { Type: 'Succeed' },
  };

  test.each([
    [11, 'big large'],
    [6, { n: 6 }],
    [1, 'small'],
  ])('%d leads to %j', async (n, expected) => {
    expect((await run(choice, { input: { n } })).output).toEqual(expected);
  });

  test('no rule and no default is an error that nothing catches', async () => {
    const { record, events } = await run({
      Choose: { Type: 'Choice', Choices: [{ Condition: false, Next: 'Never' }] },
      Never: { Type: 'Succeed' },
    });
    expect(record.failure).toEqual({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Choose' (entered at the event id #2). " +
        'Failed to transition out of the state. The state does not point to a next state.',
    });
    expect(outline(events)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 ChoiceStateEntered Choose <- 0',
      '3 ExecutionFailed <- 2',
    ]);
  });

  test('a condition that is no boolean is an evaluation error', async () => {
    const { record, events } = await run({
      Choose: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    });
    expect(record.failure?.error).toBe('States.QueryEvaluationError');
    expect(events[2]?.details).toMatchObject({ location: 'Choices[0]/Condition', state: 'Choose' });
  });
});

describe('Wait', () => {
  test('Seconds pass on the clock of the execution', async () => {
    const { record } = await run({ Wait: { Type: 'Wait', Seconds: '{% 3600 * 24 %}', End: true } });
    expect((record.stopDate ?? 0) - record.startDate).toBe(86_400_000);
  });

  test('a Timestamp is waited for, with any offset', async () => {
    const { record } = await run({
      Wait: { Type: 'Wait', Timestamp: '2026-01-01T02:00:10.5+02:00', End: true },
    });
    expect((record.stopDate ?? 0) - record.startDate).toBe(10_500);
  });

  test.each(['2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01 00:00:00Z', '2026-01-01T24:00:00Z'])(
    'the timestamp %s is refused',
    async (timestamp) => {
      const { record } = await run(
        { Wait: { Type: 'Wait', Timestamp: '{% $states.input %}', End: true } },
        { input: timestamp },
      );
      expect(record.failure?.cause).toContain(
        `ISO-8601 extended offset date-time format string: ${timestamp}`,
      );
    },
  );

  test.each([-1, 1.5, 'soon'])('Seconds of %j are refused', async (value) => {
    const { record } = await run(
      { Wait: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } },
      { input: value },
    );
    expect(record.failure?.error).toBe('States.QueryEvaluationError');
  });
});

describe('Parallel', () => {
  test('the events of branches chain for themselves, and the state goes on from the last', async () => {
    const { events, output } = await run({
      Both: {
        Type: 'Parallel',
        Arguments: { n: 1 },
        Branches: [
          { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 2, End: true } } },
          { StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 1, End: true } } },
        ],
        End: true,
      },
    });
    expect(output).toEqual([{ n: 1 }, { n: 1 }]);
    expect(outline(events)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 ParallelStateEntered Both <- 0',
      '3 ParallelStateStarted <- 2',
      '4 WaitStateEntered A <- 3',
      '5 WaitStateEntered B <- 3',
      '6 WaitStateExited B <- 5',
      '7 WaitStateExited A <- 4',
      '8 ParallelStateSucceeded <- 7',
      '9 ParallelStateExited Both <- 7',
      '10 ExecutionSucceeded <- 9',
    ]);
  });

  test('the first branch to fail stops the others, whatever is nested in them', async () => {
    const { events, record } = await run({
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Short',
            States: {
              Short: { Type: 'Wait', Seconds: 1, Next: 'Boom' },
              Boom: { Type: 'Fail', Error: 'Boom' },
            },
          },
          {
            StartAt: 'Each',
            States: {
              Each: {
                Type: 'Map',
                Items: [1],
                ItemProcessor: {
                  StartAt: 'Long',
                  States: { Long: { Type: 'Wait', Seconds: 100, End: true } },
                },
                End: true,
              },
            },
          },
        ],
        End: true,
      },
    });
    expect(record.failure).toEqual({ error: 'Boom' });
    expect((record.stopDate ?? 0) - record.startDate).toBe(1000);
    expect(types(events).slice(-6)).toEqual([
      'FailStateEntered',
      'MapStateAborted',
      'MapIterationAborted',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
    const boom = events.at(-6)?.id;
    expect(events.slice(-5, -1).map((event) => event.previousEventId)).toEqual([boom, boom, boom, boom]);
  });
});

describe('Map', () => {
  const each = (fields: Record<string, unknown>) => ({
    Each: {
      Type: 'Map',
      Items: '{% $states.input %}',
      ItemProcessor: { StartAt: 'Work', States: { Work: task() } },
      End: true,
      ...fields,
    },
  });

  test('MaxConcurrency bounds what runs at once, and results keep the order of items', async () => {
    let running = 0;
    let most = 0;
    const { output } = await run(
      each({ MaxConcurrency: '{% 2 %}', ItemSelector: { i: '{% $states.context.Map.Item.Index %}' } }),
      {
        input: [30, 20, 10, 5],
        tasks: {
          Work: async (request) => {
            most = Math.max(most, ++running);
            await request.clock.sleep(1000 * (10 - (request.mapIndex ?? 0)));
            running--;
            return request.mapIndex;
          },
        },
      },
    );
    expect(most).toBe(2);
    expect(output).toEqual([0, 1, 2, 3]);
  });

  const failing = {
    Work: (request: { mapIndex?: number }) => {
      if ((request.mapIndex ?? 0) % 2 === 1) throw Object.assign(new Error('odd'), {});
      return 'even';
    },
  };

  test('an iteration that fails fails the state', async () => {
    const { record, events } = await run(each({ MaxConcurrency: 1 }), { input: [1, 2, 3], tasks: failing });
    expect(record.failure?.error).toBe('States.TaskFailed');
    expect(types(events).slice(-4)).toEqual([
      'TaskStateAborted',
      'MapIterationFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  // The order and the chain as measured on AWS: https://github.com/floci-io/floci/pull/3167.
  test('an iteration that fails aborts the others, and all of that follows its last event', async () => {
    const { events } = await run({
      Each: {
        Type: 'Map',
        Items: [90, 1],
        ItemProcessor: {
          StartAt: 'Pause',
          States: {
            Pause: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'Boom' },
            Boom: { Type: 'Fail', Error: 'Boom' },
          },
        },
        End: true,
      },
    });
    expect(outline(events).slice(-6)).toEqual([
      '9 FailStateEntered Boom <- 8',
      '10 MapIterationAborted Each <- 9',
      '11 WaitStateAborted <- 9',
      '12 MapIterationFailed Each <- 9',
      '13 MapStateFailed <- 9',
      '14 ExecutionFailed <- 13',
    ]);
  });

  test.each([
    ['ToleratedFailureCount', 1],
    ['ToleratedFailurePercentage', 34],
  ])('%s lets iterations fail', async (field, value) => {
    const { output, events } = await run(each({ [field]: value, MaxConcurrency: 1 }), {
      input: [1, 2, 3],
      tasks: failing,
    });
    expect(output).toEqual(['even', 'even']);
    expect(types(events).filter((type) => type === 'MapIterationFailed')).toHaveLength(1);
  });

  test('more failures than tolerated have a name of their own', async () => {
    const { record } = await run(each({ ToleratedFailureCount: 1 }), { input: [1, 2, 3, 4], tasks: failing });
    expect(record.failure?.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  test('an ItemSelector that cannot be evaluated fails the state', async () => {
    const { record } = await run(each({ ItemSelector: '{% $nothing %}' }), { input: [1], tasks: {} });
    expect(record.failure?.cause).toContain("specified for the field 'ItemSelector' returned nothing");
  });
});
