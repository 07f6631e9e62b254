import { freeVariables, problemsOfVariables } from './variables';
import type { Graph, State } from './definition';

function graph(states: Record<string, State>): Graph {
  return { StartAt: Object.keys(states)[0] ?? '', States: states };
}

const uses = (variable: string, more: object = { End: true }): State => ({
  Type: 'Pass',
  Output: `{% $${variable} %}`,
  ...more,
});
const assigns = (variable: string, more: object): State => ({
  Type: 'Pass',
  Assign: { [variable]: 1 },
  ...more,
});

describe('the variables of an expression', () => {
  it.each([
    ['$a.b + $c', ['a', 'c']],
    ['$map($list, function($item) { $item.x & $other })', ['list', 'other']],
    ['($x := $a; $x + 1)', ['a']],
    ['$states.input[name = $b]', ['states', 'b']],
    ['{"k": $sift($config, function($v, $k) { $not($k in ["s"]) })}', ['config']],
    ['$.field', []],
  ])('are found in %s', (expression, expected) => {
    expect([...freeVariables(expression)].sort()).toEqual([...expected].sort());
  });

  it('do not count $eval as a function, which Step Functions does not have', () => {
    expect(freeVariables('$eval("1")')).toEqual(new Set(['eval']));
  });
});

describe('the check of variables', () => {
  it('accepts one that is assigned before it is used', () => {
    expect(problemsOfVariables(graph({ A: assigns('x', { Next: 'B' }), B: uses('x') }))).toEqual([]);
  });

  it('finds one that only one of two paths assigns', () => {
    const choice: State = { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'B' }], Default: 'C' };
    const problems = problemsOfVariables(graph({ A: choice, B: assigns('x', { Next: 'C' }), C: uses('x') }));
    expect(problems).toEqual(['C/Output: $x is not assigned on every path to here']);
  });

  it('finds one that a Catch leaves unassigned', () => {
    const task: State = {
      Type: 'Task',
      Assign: { x: '{% $states.result %}' },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }],
      Next: 'B',
    };
    expect(problemsOfVariables(graph({ A: task, B: uses('x') }))).toEqual([
      'B/Output: $x is not assigned on every path to here',
    ]);
  });

  it('lets a branch read what is outside, and nothing outside read what is in a branch', () => {
    const parallel: State = {
      Type: 'Parallel',
      Branches: [
        graph({ C: assigns('inner', { Next: 'D' }), D: uses('x', { Next: 'E' }), E: uses('inner') }),
      ],
      Next: 'F',
    };
    expect(
      problemsOfVariables(graph({ A: assigns('x', { Next: 'B' }), B: parallel, F: uses('inner') })),
    ).toEqual(['F/Output: $inner is not assigned on every path to here']);
  });

  it('refuses a variable inside that hides one outside', () => {
    const map: State = {
      Type: 'Map',
      ItemProcessor: graph({ C: assigns('x', { Next: 'D' }), D: uses('x') }),
      End: true,
    };
    expect(problemsOfVariables(graph({ A: assigns('x', { Next: 'B' }), B: map }))).toEqual([
      'B: $x inside hides the one outside',
    ]);
  });

  it('finds what is never used, never reached, and not JSONata', () => {
    const problems = problemsOfVariables(
      graph({ A: assigns('x', { End: true }), B: { Type: 'Pass', Output: '{% $a( %}', End: true } }),
    );
    expect(problems).toEqual(['B: no path leads here', '$x is assigned and never used']);
    expect(problemsOfVariables(graph({ A: { Type: 'Pass', Output: '{% $a( %}', End: true } }))).toHaveLength(
      1,
    );
  });

  it('knows where there is a result and where there is an error', () => {
    const state: State = {
      Type: 'Task',
      Arguments: { a: '{% $states.result %}' },
      Output: '{% $states.errorOutput %}',
      End: true,
    };
    expect(problemsOfVariables(graph({ A: state }))).toEqual([
      'A/Arguments/a: there is no $states.result here',
      'A/Output: there is no $states.errorOutput here',
    ]);
  });
});
