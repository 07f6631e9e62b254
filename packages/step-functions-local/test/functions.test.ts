import { run } from '../src/testing';

/**
 * The functions and limits of Step Functions' JSONata. Where the developer guide says nothing, the expectations are
 * what the authors of floci measured on AWS: https://github.com/floci-io/floci/pull/2676 (functions),
 * /pull/2790 ($range's memory), /issues/2737 (depth, memory, numbers that are not finite), /pull/2687 (messages).
 */
async function evaluate(expression: string): Promise<unknown> {
  const { record, output } = await run({ Work: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } });
  if (record.status === 'SUCCEEDED') return output;
  const about = `The JSONata expression '${expression}' specified for the field 'Output' `;
  const { cause = '' } = record.failure ?? {};
  expect(record.failure?.error).toBe('States.QueryEvaluationError');
  expect(cause).toContain(about);
  return { failed: cause.slice(cause.indexOf(about) + about.length) };
}

const thrown = (text: string) => ({ failed: `threw an error during evaluation${text}` });
const undefinedResult = { failed: 'returned nothing (undefined).' };
const memory = thrown(': Expression evaluation memory limit exceeded: Check for excessive memory usage');

test.each<[string, unknown]>([
  // Arguments that are no integers are rounded towards zero.
  ['$range(-3.9, -1, 1)', [-3, -2, -1]],
  ['$range(6, 2, -2.5)', [6, 4, 2]],
  ['$partition(["a", "b", "c"], 2.9)', [['a', 'b'], ['c']]],
  // The end belongs to the range if the step lands on it; one number alone is no array, none are undefined.
  ['$range(0, 7, 3)', [0, 3, 6]],
  ['$range(4, 4, 1)', 4],
  ['$range(4, 6, -1)', undefinedResult],
  ['$range(4, 6, 0)', undefinedResult],
  ['$range(4, 6)', undefinedResult],
  // The 1,000 of States.ArrayRange are no limit here, memory is.
  ['$count($range(1, 360145, 1))', 360_145],
  ['$count($range(1, 360146, 1))', memory],
  ['$partition([1, 2, 3])', [[1, 2, 3]]],
  ['$partition([null], 2)', [[null]]],
  ['$partition([], 2)', undefinedResult],
  ['$partition([1, 2], 0)', undefinedResult],
  ['$partition([1, 2], -0.5)', undefinedResult],
  ['$partition([1, 2], -1)', thrown('. D3137: Second argument must be zero or greater')],
  ["$hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ["$hash('abc')", undefinedResult],
  // The numbers of java.util.Random.
  ['$random(42)', 0.7275636800328681],
  ['$random(0.9) = $random(0)', true],
  ['$parse(\'{"a": [1.50, null]}\')', { a: [1.5, null] }],
  ['$parse(\'{"a": {"b": 1}, "b": ["a", "a"]}\')', { a: { b: 1 }, b: ['a', 'a'] }],
  ['$parse(\'{"a": 1, "\\u0061": 2}\')', thrown('. D3137: Invalid JSON')],
  ["$parse('1e400')", thrown('. D3137: Invalid JSON')],
  ["$parse('')", thrown('. D3137: Invalid JSON')],
  ["$eval('1')", thrown('. T1006: Attempted to invoke a non-function')],
])('%s', async (expression, expected) => {
  expect(await evaluate(expression)).toEqual(expected);
});

test.each([
  ['$partition(null, 2)', 'T0412'],
  ["$hash(7, 'MD5')", 'T0410'],
  ["$hash('abc', 'md5')", 'D3137'],
  ['$random(1, 2)', 'T0410'],
  ['$range(1)', 'T0410'],
  ['$parse(null)', 'T0410'],
  ["$uuid('a')", 'T0410'],
])('%s fails with %s', async (expression, code) => {
  expect(await evaluate(expression)).toEqual({
    failed: expect.stringContaining(`threw an error during evaluation. ${code}: `) as string,
  });
});

test.each<[string, unknown]>([
  ['2/0', 'Infinity'],
  ['[-2/0]', ['-Infinity']],
  ["{'a': 0/0}", { a: 'NaN' }],
])('%s is a text, since JSON has no such number', async (expression, expected) => {
  expect(await evaluate(expression)).toEqual(expected);
});

describe('an evaluation is bounded', () => {
  const tooDeep = thrown(
    ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive',
  );
  const recursion = (depth: number): string =>
    `($f := function($n) { $n <= 0 ? 0 : 1 + $f($n - 1) }; $f(${depth}))`;

  test.each<[string, string, unknown]>([
    ['100 terms', `2${'+2'.repeat(99)}`, 200],
    ['101 terms', `2${'+2'.repeat(100)}`, tooDeep],
    ['99 parentheses', `${'('.repeat(99)}1${')'.repeat(99)}`, 1],
    ['100 parentheses', `${'('.repeat(100)}1${')'.repeat(100)}`, tooDeep],
    ['31 calls', recursion(31), 31],
    ['32 calls', recursion(32), tooDeep],
    ['873,782 items', '[1..873782] ~> $count()', 873_782],
    ['873,783 items', '[1..873783] ~> $count()', memory],
  ])('%s', async (_what, expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  test('a loop that calls itself last ends too, and may be caught', async () => {
    const { output } = await run({
      Loop: {
        Type: 'Map',
        Items: '{% ($f := function($n) { $f($n + 1) }; $f(1)) %}',
        ItemProcessor: { StartAt: 'Never', States: { Never: { Type: 'Succeed' } } },
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Pass', Output: "{% $contains($states.input.Cause, 'infinite loop') %}", End: true },
    });
    expect(output).toBe(true);
  }, 120_000);
});
