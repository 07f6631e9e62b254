import { outline, run, task, type States } from '../src/testing';

/**
 * Which event follows which when something goes wrong, for definitions of our own; the rules are as measured on AWS by
 * the authors of floci: https://github.com/floci-io/floci/pull/3167.
 */
const broken = { v: '{% $states.input.missing %}' };
const pass = (more: Record<string, unknown> = {}) => ({ Type: 'Pass', End: true, ...more });
const branch = (state: unknown) => ({ StartAt: 'Inner', States: { Inner: state } });

test.each<[string, States, string[]]>([
  [
    'the Output of a Parallel fails after its branches have succeeded',
    { Both: { Type: 'Parallel', Branches: [branch(pass())], Output: broken, End: true } },
    [
      '4 PassStateEntered Inner <- 3',
      '5 PassStateExited Inner <- 4',
      '6 ParallelStateSucceeded <- 5',
      '7 EvaluationFailed <- 6',
      '8 ParallelStateFailed <- 7',
      '9 ExecutionFailed <- 8',
    ],
  ],
  [
    'the Assign of a Map fails after its iterations have succeeded',
    { Each: { Type: 'Map', Items: [1], ItemProcessor: branch(pass()), Assign: broken, End: true } },
    [
      '4 MapIterationStarted Each <- 3',
      '5 PassStateEntered Inner <- 4',
      '6 PassStateExited Inner <- 5',
      '7 MapIterationSucceeded Each <- 6',
      '8 MapStateSucceeded <- 7',
      '9 EvaluationFailed <- 8',
      '10 MapStateFailed <- 9',
      '11 ExecutionFailed <- 10',
    ],
  ],
  [
    'there is nothing to iterate over',
    { Each: { Type: 'Map', Items: [], ItemProcessor: branch(pass()), End: true } },
    ['4 MapStateSucceeded <- 3', '5 MapStateExited Each <- 3', '6 ExecutionSucceeded <- 5'],
  ],
  [
    'an expression in an iteration fails',
    {
      Each: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: branch(pass({ Output: { v: '{% $nothing %}' } })),
        End: true,
      },
    },
    [
      '4 MapIterationStarted Each <- 3',
      '5 PassStateEntered Inner <- 4',
      '6 EvaluationFailed <- 5',
      '7 MapIterationFailed Each <- 6',
      '8 MapStateFailed <- 6',
      '9 ExecutionFailed <- 8',
    ],
  ],
  [
    'a Choice in an iteration matches nothing, which no state reports',
    {
      Each: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: {
          StartAt: 'Inner',
          States: {
            Inner: { Type: 'Choice', Choices: [{ Condition: false, Next: 'Never' }] },
            Never: { Type: 'Succeed' },
          },
        },
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    },
    ['4 MapIterationStarted Each <- 3', '5 ChoiceStateEntered Inner <- 4', '6 ExecutionFailed <- 5'],
  ],
  [
    'the Output of a catcher fails: from before the state was said to have failed, and it fails again',
    {
      Both: {
        Type: 'Parallel',
        Branches: [branch({ Type: 'Fail', Error: 'Mine' })],
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Caught' },
          { ErrorEquals: ['Mine'], Output: broken, Next: 'Caught' },
        ],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    },
    [
      '4 FailStateEntered Inner <- 3',
      '5 ParallelStateFailed <- 4',
      '6 EvaluationFailed <- 4',
      '7 ParallelStateFailed <- 6',
      '8 ExecutionFailed <- 7',
    ],
  ],
])('%s', async (_what, states, expected) => {
  expect(outline((await run(states)).events).slice(3)).toEqual(expected);
});

test('an expression that fails is said to fail at each attempt', async () => {
  const { events } = await run({
    Work: task({
      Arguments: broken,
      Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
      End: true,
    }),
  });
  expect(outline(events).slice(2)).toEqual([
    '3 EvaluationFailed <- 2',
    '4 EvaluationFailed <- 3',
    '5 ExecutionFailed <- 4',
  ]);
});
