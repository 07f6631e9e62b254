import { jsonata } from '../../workflows/states';
import type { StepDefinition } from '../../workflows/step-definition';

/**
 * What must not compile. `npm run typecheck` holds the marks: one that marks no error is an error itself. The lists are
 * compared below so that they are used.
 */
const deployment = jsonata('$deployment');

const right: readonly StepDefinition[] = [
  {
    name: 'Await DNS in sync',
    file: 'await-dns',
    arguments: { deployment, changeIds: jsonata('$changeIds') },
  },
  {
    name: 'Await DNS in sync',
    file: 'await-dns',
    arguments: { deployment, changeIds: [jsonata('$one'), 'two'] },
  },
];

const wrong: readonly StepDefinition[] = [
  // @ts-expect-error a task that no folder has
  { name: 'Check quotas', file: 'check-quotas', arguments: { deployment } },
  // @ts-expect-error an argument is missing
  { name: 'Await DNS in sync', file: 'await-dns', arguments: { deployment } },
  // @ts-expect-error an argument of another type
  { name: 'Await DNS in sync', file: 'await-dns', arguments: { deployment, changeIds: 'C1' } },
  // @ts-expect-error an argument inside a list of another type
  { name: 'Await DNS in sync', file: 'await-dns', arguments: { deployment, changeIds: [1] } },
  {
    name: 'Await DNS in sync',
    file: 'await-dns',
    // @ts-expect-error an argument that the task does not take
    arguments: { deployment, changeIds: [], patience: 7 },
  },
  // @ts-expect-error a document of the build is missing
  { name: 'Create cluster', project: 'cluster', environment: { CONFIGURATION: '$config' } },
];

test('steps are held against the tasks and builds by the compiler', () => {
  expect(right.map((step) => step.name)).toEqual(['Await DNS in sync', 'Await DNS in sync']);
  expect(wrong).toHaveLength(6);
});
