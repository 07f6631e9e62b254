import { timesOf, usualTime } from '../../../core/execution/usual-time';
import { countSteps } from '../../../core/execution/step-count';
import { ownTaskStates } from '../../../core/execution/task-states';
import type { ExecutionView, ExecutedStep, StepStatus } from '../../../core/execution/view';

const step = (name: string, seconds: number, status: StepStatus = 'SUCCEEDED'): ExecutedStep => ({
  name,
  type: 'Task',
  status,
  attempts: 1,
  startedAt: new Date(0).toISOString(),
  endedAt: new Date(seconds * 1000).toISOString(),
});
const run = (steps: ExecutedStep[], redrives = 0): ExecutionView => ({
  status: 'SUCCEEDED',
  redrives,
  steps,
});
const minutes = (count: number): number => count * 60_000;

describe('what is usual for a step', () => {
  const earlier = timesOf([
    run([step('Create cluster', 25)]),
    run([step('Create cluster', 1300)]),
    run([step('Create cluster', 1500)]),
    run([step('Create cluster', 1100)]),
    // It stood still for a night.
    run([step('Create cluster', 40_000)], 1),
    run([step('Create cluster', 10, 'CAUGHT'), step('Lock', 1)]),
  ]);

  test('is the median of the earlier runs that took longer than this one has so far', () => {
    expect(usualTime({ name: 'Create cluster' }, 0, earlier)).toEqual({
      from: 'earlier runs',
      seconds: 1100,
      runs: 4,
    });
    expect(usualTime({ name: 'Create cluster' }, minutes(1), earlier)).toEqual({
      from: 'earlier runs',
      seconds: 1300,
      runs: 3,
    });
  });

  test('is said to be passed where every earlier run was quicker', () => {
    expect(usualTime({ name: 'Create cluster' }, minutes(30), earlier)).toEqual({
      from: 'longer than earlier runs',
      seconds: 1500,
      runs: 4,
    });
  });

  test('is what is documented where nothing ran here before', () => {
    expect(usualTime({ name: 'Create cluster' }, 0, new Map())).toEqual({
      from: 'documentation',
      seconds: 1200,
      worst: 2400,
    });
    expect(usualTime({ name: 'Await certificates' }, 0, new Map())).toMatchObject({ seconds: 180 });
  });

  test.each([['Lock'], ['Ensure user pool']])('is nothing for what takes seconds (%s)', (name) => {
    expect(usualTime({ name }, 500, earlier)).toBeUndefined();
  });
});

test('steps that do work are counted once, those of a Map not at all', () => {
  const definition = {
    States: {
      A: { Type: 'Task' },
      Choose: { Type: 'Choice' },
      Beside: {
        Type: 'Parallel',
        Branches: [{ States: { B: { Type: 'Task' } } }, { States: { C: { Type: 'Task' } } }],
      },
      Each: { Type: 'Map', ItemProcessor: { States: { M: { Type: 'Task' } } } },
    },
  };
  const known = ownTaskStates(definition);
  expect(known).toEqual(['A', 'B', 'C']);
  const steps = [step('A', 1), step('B', 1, 'RUNNING'), step('C', 1, 'CAUGHT'), step('M', 1), step('M', 1)];
  expect(countSteps({ steps }, known)).toEqual({ done: 2, of: 3 });
});
