import fc from './fast-check';

/**
 * Generated definitions: any nesting of sequences, choices, waits, Parallel and Map states, with a task for each leaf.
 * Every state has a name of its own; each task says which it is, and variables pass through what they may.
 */

type Step =
  | { readonly kind: 'task'; readonly seconds: number }
  | { readonly kind: 'pass' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'choice'; readonly steps: readonly Step[] }
  | { readonly kind: 'parallel'; readonly branches: readonly (readonly Step[])[] }
  | {
      readonly kind: 'map';
      readonly items: number;
      readonly concurrency: number;
      readonly steps: readonly Step[];
    };

const { steps } = fc.letrec<{ step: Step; steps: readonly Step[] }>((tie) => ({
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 3 },
    fc.record({ kind: fc.constant('task' as const), seconds: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant('pass' as const) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant('choice' as const), steps: tie('steps') }),
    fc.record({
      kind: fc.constant('parallel' as const),
      branches: fc.array(tie('steps'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('map' as const),
      items: fc.integer({ min: 0, max: 3 }),
      concurrency: fc.integer({ min: 0, max: 2 }),
      steps: tie('steps'),
    }),
  ),
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 4 }),
}));

/** Definitions with at least one task at the top, so that something can fail. */
export const definitions: fc.Arbitrary<Record<string, unknown>> = steps.map((list) => {
  const names = { next: 0 };
  return { QueryLanguage: 'JSONata', ...graph([{ kind: 'task', seconds: 1 }, ...list], names, []) };
});

interface Graph {
  readonly StartAt: string;
  readonly States: Record<string, unknown>;
}

/** @param known the variables that tasks have certainly assigned by now, here or in scopes around. */
function graph(list: readonly Step[], names: { next: number }, known: readonly string[]): Graph {
  const states: Record<string, unknown> = {};
  const named = list.map((step) => ({ step, name: `${step.kind} ${names.next++}` }));
  const variables = [...known];
  named.forEach(({ step, name }, index) => {
    Object.assign(states, build(step, name, named[index + 1]?.name, names, [...variables]));
    if (step.kind === 'task') variables.push(variableOf(name));
  });
  return { StartAt: named[0]?.name ?? '', States: states };
}

function variableOf(name: string): string {
  return name.replaceAll(' ', '_');
}

function build(
  step: Step,
  name: string,
  next: string | undefined,
  names: { next: number },
  known: readonly string[],
): Record<string, unknown> {
  const transition = next === undefined ? { End: true } : { Next: next };
  switch (step.kind) {
    case 'task':
      return {
        [name]: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { name, seconds: step.seconds },
          Assign: { [variableOf(name)]: '{% $states.result %}' },
          Output: { after: name },
          ...transition,
        },
      };
    case 'pass':
      return {
        [name]: {
          Type: 'Pass',
          Output: { after: name, seen: known.map((one) => `{% $${one} %}`) },
          ...transition,
        },
      };
    case 'wait':
      return { [name]: { Type: 'Wait', Seconds: step.seconds, ...transition } };
    case 'choice': {
      const inner = graph(step.steps, names, known);
      const join = `${name} end`;
      const states = inner.States as Record<string, Record<string, unknown>>;
      // The inner sequence ends where the choice's other way does.
      for (const state of Object.values(states)) {
        if (state['End'] === true) {
          delete state['End'];
          state['Next'] = join;
        }
      }
      return {
        [name]: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $exists($states.input.after) %}', Next: inner.StartAt }],
          Default: join,
        },
        ...states,
        [join]: { Type: 'Pass', ...transition },
      };
    }
    case 'parallel':
      return {
        [name]: {
          Type: 'Parallel',
          Branches: step.branches.map((branch) => graph(branch, names, known)),
          ...transition,
        },
      };
    case 'map':
      return {
        [name]: {
          Type: 'Map',
          Items: Array.from({ length: step.items }, (_, index) => ({ after: `item ${index}` })),
          MaxConcurrency: step.concurrency,
          ItemProcessor: graph(step.steps, names, known),
          ...transition,
        },
      };
    default:
      return step satisfies never;
  }
}
