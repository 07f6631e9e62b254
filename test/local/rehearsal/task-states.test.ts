import { taskStates } from '../../../core/execution/task-states';
import { problemOfState } from '../../../local/rehearsal/problem-of-state';

const known = ['Acquire lock', 'Ensure user pool', 'Ensure SAML provider', 'Install Kubeflow'];

test.each([
  ['Ensure userpool', 'Ensure user pool'],
  ['ensure saml provider', 'Ensure SAML provider'],
  ['Instal Kubeflow', 'Install Kubeflow'],
])('%s is taken for a misspelt %s', (name, nearest) => {
  expect(problemOfState(name, known)).toContain(`did you mean "${nearest}"?`);
});

test('a name that is near to none gets the list', () => {
  expect(problemOfState('Make coffee', known)).toBe(
    `the workflow has no step "Make coffee" that does work. It has: ${known.join(', ')}`,
  );
  expect(problemOfState('Acquire lock', known)).toBeUndefined();
});

test('the steps are those of type Task, in branches and maps too', () => {
  const task = { Type: 'Task' };
  expect(
    taskStates({
      States: {
        A: task,
        Wait: { Type: 'Wait' },
        Both: { Type: 'Parallel', Branches: [{ States: { B: task } }, { States: { C: task } }] },
        Each: { Type: 'Map', ItemProcessor: { States: { D: task } } },
      },
    }),
  ).toEqual(['A', 'B', 'C', 'D']);
});
