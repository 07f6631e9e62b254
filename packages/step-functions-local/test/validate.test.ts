import { validateDefinition } from '../src/definition/validate';
import { machine, task } from '../src/testing';

const done = { Done: { Type: 'Succeed' } };

function problems(definition: unknown): string[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  return validateDefinition(text).map(({ code, location }) => `${code} ${location ?? '-'}`);
}

const one = (state: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  machine({ One: state, ...more });

const schema = 'SCHEMA_VALIDATION_FAILED';
const unsupported = 'UNSUPPORTED_JSONATA_EXPRESSION';

describe('a definition is refused', () => {
  test.each<[string, unknown, string]>([
    ['that is no JSON', '{', 'INVALID_JSON_DESCRIPTION /'],
    ['that is no object', '[]', `${schema} /`],
    ['without states', { QueryLanguage: 'JSONata', StartAt: 'A' }, `${schema} /States`],
    ['in JSONPath', { StartAt: 'Done', States: done }, `${schema} /States/Done`],
    [
      'with a JSONPath state',
      one({ Type: 'Pass', QueryLanguage: 'JSONPath', End: true }),
      `${schema} /States/One`,
    ],
    ['with an unknown field', { ...machine(done), Foo: 1 }, `${schema} /`],
    ['with an unknown version', { ...machine(done), Version: '2.0' }, `${schema} /Version`],
    ['with a timeout of 0', { ...machine(done), TimeoutSeconds: 0 }, `${schema} /TimeoutSeconds`],
    ['with an unknown type of state', one({ Type: 'Loop' }), `${schema} /States/One/Type`],
    ['that starts nowhere', { ...machine(done), StartAt: 'Nope' }, 'MISSING_TRANSITION_TARGET /StartAt'],
    [
      'that leads nowhere',
      one({ Type: 'Pass', Next: 'Nope' }, done),
      'MISSING_TRANSITION_TARGET /States/One/Next',
    ],
    [
      'with a state that nothing reaches',
      machine({ ...done, Lost: { Type: 'Succeed' } }),
      'MISSING_TRANSITION_TARGET /States/Lost',
    ],
    ['without an end', one({ Type: 'Pass', Next: 'One' }), 'MISSING_END_STATE -'],
    ['with Next and End', one({ Type: 'Pass', Next: 'Done', End: true }, done), `${schema} /States/One`],
    [
      'with a name used twice',
      one({ Type: 'Parallel', Branches: [{ StartAt: 'Done', States: done }], Next: 'Done' }, done),
      'DUPLICATE_STATE_NAME /States/Done',
    ],
    [
      'with a broken expression',
      one({ Type: 'Pass', Output: '{% 1 + %}', End: true }),
      'INVALID_JSONATA_EXPRESSION /States/One/Output',
    ],
    [
      'with an unclosed expression',
      one({ Type: 'Pass', Output: ['{% 1 '], End: true }),
      `${schema} /States/One/Output[0]`,
    ],
    [
      'with a key of JSONPath',
      one(task({ Arguments: { 'a.$': '$.b' }, End: true })),
      `${schema} /States/One/Arguments/a.$`,
    ],
    [
      'that reads a result where there is none',
      one({ Type: 'Pass', Output: '{% $states.result %}', End: true }),
      `${unsupported} /States/One/Output`,
    ],
    [
      'that reads a result before the task',
      one(task({ Arguments: '{% [$states.result.a] %}', End: true })),
      `${unsupported} /States/One/Arguments`,
    ],
    [
      'that reads an error where none was caught',
      one(task({ Output: '{% $states.errorOutput.Error %}', End: true })),
      `${unsupported} /States/One/Output`,
    ],
    [
      'that assigns $states',
      one({ Type: 'Pass', Assign: { states: 1 }, End: true }),
      `${schema} /States/One/Assign/states`,
    ],
    [
      'that assigns a part of a variable',
      one({ Type: 'Pass', Assign: { 'x.y': 1 }, End: true }),
      `${schema} /States/One/Assign/x.y`,
    ],
    ['with Assign in Succeed', one({ Type: 'Succeed', Assign: { a: 1 } }), `${schema} /States/One`],
    [
      'with a Choice without rules',
      one({ Type: 'Choice', Choices: [], Default: 'Done' }, done),
      `${schema} /States/One/Choices`,
    ],
    [
      'with a condition that is a text',
      one({ Type: 'Choice', Choices: [{ Condition: 'yes', Next: 'Done' }] }, done),
      `${schema} /States/One/Choices[0]/Condition`,
    ],
    [
      'with a rule of JSONPath',
      one({ Type: 'Choice', Choices: [{ Condition: true, Variable: '$.a', Next: 'Done' }] }, done),
      `${schema} /States/One/Choices[0]`,
    ],
    [
      'with a variable that begins with an underscore',
      one({ Type: 'Pass', Assign: { _x: 1 }, End: true }),
      `${schema} /States/One/Assign/_x`,
    ],
    [
      'with a rule that leads nowhere',
      one({ Type: 'Choice', Choices: [{ Condition: true, Next: 'No' }], Default: 'Done' }, done),
      'MISSING_TRANSITION_TARGET /States/One/Choices[0]/Next',
    ],
    [
      'with two kinds of wait',
      one({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }),
      `${schema} /States/One`,
    ],
    [
      'with a wait that is negative',
      one({ Type: 'Wait', Seconds: -1, End: true }),
      `${schema} /States/One/Seconds`,
    ],
    [
      'with a time that does not exist',
      one({ Type: 'Wait', Timestamp: '2026-02-30T00:00:00Z', End: true }),
      `${schema} /States/One/Timestamp`,
    ],
    [
      'with a resource that is no ARN',
      one(task({ Resource: 'lambda', End: true })),
      `${schema} /States/One/Resource`,
    ],
    [
      'with a heartbeat above the timeout',
      one(task({ TimeoutSeconds: 5, HeartbeatSeconds: 5, End: true })),
      `${schema} /States/One/HeartbeatSeconds`,
    ],
    [
      'with States.ALL before others',
      one(task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }], End: true })),
      `${schema} /States/One/Retry[0]/ErrorEquals`,
    ],
    [
      'with States.ALL beside others',
      one(task({ Catch: [{ ErrorEquals: ['A', 'States.ALL'], Next: 'Done' }], End: true }), done),
      `${schema} /States/One/Catch[0]/ErrorEquals`,
    ],
    [
      'with an interval of 0',
      one(task({ Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 0 }], End: true })),
      `${schema} /States/One/Retry[0]/IntervalSeconds`,
    ],
    [
      'with a backoff below 1',
      one(task({ Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }], End: true })),
      `${schema} /States/One/Retry[0]/BackoffRate`,
    ],
    [
      'with a longest delay below the interval',
      one(task({ Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 9, MaxDelaySeconds: 9 }], End: true })),
      `${schema} /States/One/Retry[0]/MaxDelaySeconds`,
    ],
    [
      'with ResultPath in a catcher',
      one(task({ Catch: [{ ErrorEquals: ['A'], ResultPath: '$.a', Next: 'Done' }], End: true }), done),
      `${schema} /States/One/Catch[0]`,
    ],
    [
      'with an ItemReader',
      one({ Type: 'Map', ItemReader: {}, ItemProcessor: { StartAt: 'Done', States: done }, End: true }),
      `${schema} /States/One`,
    ],
    [
      'with items that are an object',
      one({ Type: 'Map', Items: {}, ItemProcessor: { StartAt: 'Done', States: done }, End: true }),
      `${schema} /States/One/Items`,
    ],
  ])('%s', (_what, definition, expected) => {
    expect(problems(definition)).toContain(expected);
  });

  test('with a variable of an outer scope assigned inside', () => {
    const definition = machine({
      Set: { Type: 'Pass', Assign: { x: 1 }, Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'In', States: { In: { Type: 'Pass', Assign: { x: 2 }, End: true } } }],
        End: true,
      },
    });
    expect(problems(definition)).toEqual([`${schema} /States/Both/Branches[0]/States`]);
  });
});

test.each([
  ['InputPath', '$'],
  ['OutputPath', '$'],
  ['ResultPath', '$'],
  ['Parameters', {}],
  ['ResultSelector', {}],
])('%s belongs to JSONPath', (field, value) => {
  const [problem] = validateDefinition(JSON.stringify(one(task({ [field]: value, End: true }))));
  expect(problem?.message).toBe(
    `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage`,
  );
});

test('states may declare JSONata for themselves', () => {
  expect(
    problems({ StartAt: 'Done', States: { Done: { Type: 'Succeed', QueryLanguage: 'JSONata' } } }),
  ).toEqual([]);
});

test('all that is allowed is allowed', () => {
  const definition = machine(
    {
      Task: task({
        Comment: 'c',
        Credentials: { RoleArn: '{% $states.input.role %}' },
        TimeoutSeconds: '{% 5 %}',
        HeartbeatSeconds: 3,
        Retry: [
          {
            Comment: 'c',
            ErrorEquals: ['A', 'B'],
            IntervalSeconds: 1,
            MaxAttempts: 0,
            BackoffRate: 1,
            MaxDelaySeconds: 2,
            JitterStrategy: 'NONE',
          },
          { ErrorEquals: ['States.ALL'] },
        ],
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { e: '{% $states.errorOutput %}' },
            Output: 1,
            Next: 'Choice',
          },
        ],
        Assign: { größe: '{% $states.result %}' },
        Output: [1, null, '{% $states.result.a %}'],
        Next: 'Choice',
      }),
      Choice: {
        Type: 'Choice',
        Choices: [{ Condition: '{% true %}', Next: 'Map', Assign: { a: 1 }, Output: 'o' }],
        Default: 'Fail',
        Assign: { b: 1 },
        Output: 2,
      },
      Map: {
        Type: 'Map',
        Items: ['{% 1 %}'],
        ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
        MaxConcurrency: '{% 1 %}',
        ToleratedFailureCount: 1,
        ToleratedFailurePercentage: '{% 5 %}',
        Label: 'label',
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { a: '{% $a %}' } },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Inner',
          States: { Inner: { Type: 'Pass', Assign: { a: 1 }, End: true } },
        },
        End: true,
      },
      Fail: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: 'because' },
    },
    { Comment: 'c', Version: '1.0', TimeoutSeconds: 100 },
  );
  expect(problems(definition)).toEqual([]);
});
