import aslValidator from 'asl-validator';
import { errorCatalogue, errorNames } from '../../core/errors';
import { functionFiles } from '../../infra/functions';
import { validateDefinition } from 'step-functions-local';
import { lambdaService, transient } from '../../workflows/retry-policies';
import { allStates, definitionOf, taskOf, workflows } from './definition';
import { problemsOfVariables } from './variables';

interface Retrier {
  ErrorEquals: string[];
}

describe.each(workflows)('the %s workflow', (workflow) => {
  const states = () => allStates(definitionOf(workflow));
  const tasks = () => states().filter(([, { Type }]) => Type === 'Task');

  it('is a valid definition', () => {
    const { isValid, errors } = aslValidator(definitionOf(workflow));
    expect({ isValid, errors }).toEqual({ isValid: true, errors: [] });
    expect(validateDefinition(JSON.stringify(definitionOf(workflow)))).toEqual([]);
  });

  it('assigns every variable on every path before it is used, and none in vain', () => {
    expect(problemsOfVariables(definitionOf(workflow))).toEqual([]);
  });

  it('is in JSONata throughout, with state names that are unique sentences', () => {
    expect(definitionOf(workflow)).toMatchObject({ QueryLanguage: 'JSONata' });
    const names = states().map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z ]+\??$/);
  });

  it('bounds every task in time', () => {
    for (const [name, state] of tasks())
      expect([name, state['TimeoutSeconds']]).toEqual([name, expect.any(Number)]);
    expect(definitionOf(workflow)).toMatchObject({ TimeoutSeconds: expect.any(Number) as number });
  });

  it('retries tasks for the Lambda service first, then for what may go away, then for what is under way', () => {
    for (const [name, state] of tasks()) {
      if (!taskOf(state)) continue;
      const [service, passing, ...polling] = (state['Retry'] as Retrier[]).map(
        ({ ErrorEquals }) => ErrorEquals,
      );
      expect([name, service, passing]).toEqual([name, lambdaService.errors, transient.errors]);
      expect(errorNames('not-ready')).toEqual(expect.arrayContaining(polling.flat()));
    }
  });

  it('never retries what the user must change, or what is in the way', () => {
    const retried = tasks().flatMap(([, state]) =>
      (state['Retry'] as Retrier[]).flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect(retried).not.toContain('States.ALL');
    for (const name of retried.filter((it) => it in errorCatalogue)) {
      expect(['transient', 'not-ready']).toContain(errorCatalogue[name as keyof typeof errorCatalogue]);
    }
  });

  it('tries again what ran into its timeout, but for a build, whose end nobody has heard of by then', () => {
    for (const [name, state] of tasks()) {
      const retried = (state['Retry'] as Retrier[]).flatMap(({ ErrorEquals }) => ErrorEquals);
      const build = String(state['Resource']).includes(':codebuild:');
      expect([name, retried.includes('States.Timeout')]).toEqual([name, !build]);
    }
  });

  it('names timeouts beside States.TaskFailed wherever that is named, which leaves them out', () => {
    const handlers = states().flatMap(([name, state]) =>
      [state['Retry'], state['Catch']]
        .flatMap((list) => (list ?? []) as Retrier[])
        .flatMap(({ ErrorEquals }) =>
          ErrorEquals.includes('States.TaskFailed') && !ErrorEquals.includes('States.Timeout') ? [name] : [],
        ),
    );
    expect(handlers).toEqual([]);
  });

  it('gives every task what it needs for its log', () => {
    for (const [, state] of tasks()) {
      const task = taskOf(state);
      if (task)
        expect(task.payload['workflow']).toEqual({
          execution: expect.any(String) as string,
          state: expect.any(String) as string,
          redrives: expect.stringContaining('RedriveCount') as string,
        });
    }
  });
});

describe('provision and destroy', () => {
  it.each(['provision', 'destroy'] as const)(
    '%s has no Catch and no Fail: a redrive resumes where it failed',
    (workflow) => {
      for (const [name, state] of allStates(definitionOf(workflow))) {
        expect([name, state['Catch'], state.Type === 'Fail']).toEqual([name, undefined, false]);
      }
    },
  );
});

describe('provision', () => {
  it('goes through its states in this order', () => {
    expect(allStates(definitionOf('provision')).map(([name]) => name)).toEqual([
      'Validate configuration',
      'Acquire lock',
      'Preflight checks',
      'Ensure notifications',
      'Build foundations',
      'Tag subnets',
      'Create cluster',
      'Describe cluster',
      'Request certificates',
      'Create validation records',
      'Ensure parent record',
      'Ensure user pool',
      'Permit trigger',
      'Ensure SAML provider',
      'Ensure app client',
      'Await certificates',
      'Ensure custom domain',
      'Install and publish',
      'Grant cluster access',
      'Install Kubeflow',
      'Await ingress',
      'Alias Kubeflow domain',
      'Point parent record',
      'Await DNS in sync',
      'Set concurrency',
      'Await custom domain',
      'Alias Cognito domain',
      'Verify endpoint',
      'Retire former addresses',
      'Register deployment',
      'Release lock',
      'Publish event',
    ]);
  });
});

describe('the functions of the stack', () => {
  it('are those that the workflows call, and the four that events call', () => {
    const called = workflows.flatMap((workflow) =>
      allStates(definitionOf(workflow)).flatMap(([, state]) => taskOf(state)?.file ?? []),
    );
    const byEvents = ['profile-manager', 'failure-recorder', 'drift-planner', 'drift-recorder'];
    expect([...new Set([...called, ...byEvents])].sort()).toEqual([...functionFiles].sort());
  });
});
