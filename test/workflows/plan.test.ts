import { readQuotaRules } from '../../builds/kubeflow/note-quotas';
import { planVerdicts, type Plan, type PlannedStep } from '../../core/plan';
import { allStates, definitionOf, expressionIn, taskOf, type State } from './definition';
import { dryRun, type Answers, type DryRun } from './dry-run';
import { exampleConfiguration, results } from './samples';

const statesOf = (workflow: 'provision' | 'plan') => allStates(definitionOf(workflow));
const tasks = () => statesOf('plan').filter(([, { Type }]) => Type === 'Task');
const buildOf = (state: State) =>
  state['Arguments'] as { EnvironmentVariablesOverride?: { Name: string; Value: string }[] };

/** The state that follows, where all is known that a choice asks for. */
function after(state: State | undefined): string | undefined {
  const [choice] = (state?.['Choices'] ?? []) as { Next: string }[];
  return choice?.Next ?? (state?.['Next'] as string | undefined);
}

/** An argument as provision has it: without the null in the place of what is not there. */
function plain(value: unknown): unknown {
  const wrapped = /^\(\$value := ([\s\S]*); \$exists\(\$value\) \? \$value : null\)$/.exec(
    expressionIn(value) ?? '',
  )?.[1];
  if (wrapped !== undefined) return `{% ${wrapped} %}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

describe('the plan workflow', () => {
  it('has the steps of provision in their order, but for what an execution does about itself', () => {
    const names = (workflow: 'provision' | 'plan') =>
      statesOf(workflow)
        .filter(([, { Type }]) => Type === 'Task')
        .map(([name]) => name);
    const ownAffairs = ['Release lock', 'Publish event'];
    const { StartAt, States } = definitionOf('plan');
    const order: string[] = [];
    for (let at: string | undefined = StartAt; at !== undefined; at = after(States[at])) order.push(at);
    expect(order.filter((name) => States[name]?.Type === 'Task')).toEqual(
      names('provision').filter((name) => !ownAffairs.includes(name)),
    );
  });

  it('can change nothing: every function is in plan mode, every build too, and nothing else is called', () => {
    for (const [name, state] of tasks()) {
      const mode = taskOf(state)
        ? taskOf(state)?.payload['mode']
        : buildOf(state).EnvironmentVariablesOverride?.find(({ Name }) => Name === 'MODE')?.Value;
      expect([name, state['Resource'], mode]).toEqual(
        taskOf(state)
          ? [name, 'arn:aws:states:::lambda:invoke', 'plan']
          : [name, 'arn:aws:states:::codebuild:startBuild.sync', '{% $string("plan") %}'],
      );
    }
    expect(new Set(statesOf('plan').map(([, { Type }]) => Type))).toEqual(
      new Set(['Task', 'Choice', 'Pass']),
    );
  });

  it('sends every step what provision sends it', () => {
    const provision = new Map(statesOf('provision'));
    for (const [name, state] of tasks()) {
      const there = provision.get(name);
      if (there === undefined) throw new Error(`provision has no state ${name}`);
      const task = taskOf(state);
      if (task) {
        const { mode: _mode, unknown: _unknown, pending: _pending, ...payload } = task.payload;
        expect([name, task.file, plain(payload)]).toEqual([
          name,
          taskOf(there)?.file,
          taskOf(there)?.payload,
        ]);
      } else {
        const ofPlans = ['MODE', 'ACCESS'];
        const own = buildOf(state).EnvironmentVariablesOverride?.filter(
          ({ Name }) => !ofPlans.includes(Name),
        );
        expect([name, own]).toEqual([name, buildOf(there).EnvironmentVariablesOverride]);
      }
    }
  });
});

async function planOf(
  answers: Answers = {},
  configuration: object = exampleConfiguration,
): Promise<{ run: DryRun; plan: Plan }> {
  const run = await dryRun('plan', configuration, answers);
  expect(run.record).toMatchObject({ status: 'SUCCEEDED' });
  return { run, plan: run.output as Plan };
}

const step = ({ steps }: Plan, state: string): PlannedStep | undefined =>
  steps.find((each) => each.state === state);

/** All the steps that follow, with what they follow from. */
const following = ({ steps }: Plan): Record<string, string[] | undefined> =>
  Object.fromEntries(
    steps.filter(({ verdict }) => verdict === 'follows').map(({ state, follows }) => [state, follows]),
  );

const created = (what: string) => ({ changes: [{ action: 'create', what }] });

describe('a plan', () => {
  it('of what is there already leaves all of it', async () => {
    const { run, plan } = await planOf();
    expect(run.problems).toEqual([]);
    expect(plan.steps).toHaveLength(tasks().length);
    expect(plan.steps).toEqual(plan.steps.map(({ state }) => ({ state, verdict: 'leave', changes: [] })));
    expect(plan.summary).toEqual({ create: 0, change: 0, leave: tasks().length, follows: 0, problem: 0 });
    expect(Object.keys(run.builds)).toEqual(['Create cluster', 'Install Kubeflow']);
  });

  it.each([
    [
      'create',
      [
        { action: 'create', what: 'a' },
        { action: 'create', what: 'b' },
      ],
    ],
    [
      'change',
      [
        { action: 'create', what: 'a' },
        { action: 'change', what: 'b' },
      ],
    ],
    ['change', [{ action: 'remove', what: 'a' }]],
  ])('calls it %s where a step or a build would %j', async (verdict, changes) => {
    const { plan } = await planOf({
      'Tag subnets': { changes, result: results['tag-subnets'] },
      'Create cluster': { changes, more: 3 },
    });
    expect(step(plan, 'Tag subnets')).toEqual({ state: 'Tag subnets', verdict, changes });
    expect(step(plan, 'Create cluster')).toEqual({ state: 'Create cluster', verdict, changes, more: 3 });
    expect(plan.summary[verdict as 'create']).toBe(2);
  });

  it('keeps what a build found besides, and gives it the rules of quotas to compare with', async () => {
    const notes = ['Profiles without a quota: a'];
    const { run, plan } = await planOf(
      { 'Install Kubeflow': { changes: [], more: 0, notes } },
      {
        ...exampleConfiguration,
        access: {
          default_quota: { cpu: '16' },
          namespaces: { 'team-a': { quota: { cpu: '2' } }, 'team-b': {} },
        },
      },
    );
    expect(step(plan, 'Install Kubeflow')).toEqual({
      state: 'Install Kubeflow',
      verdict: 'leave',
      changes: [],
      notes,
    });
    expect(readQuotaRules(run.builds['Install Kubeflow'])).toMatchObject({
      default_quota: { cpu: '16' },
      profile_quota: {},
      accepted_profile_owners: [],
      namespaces: { 'team-a': { quota: { cpu: '2' } } },
    });
    expect(run.builds['Install Kubeflow']?.['ACCESS']).not.toContain('team-b');
  });

  it('gives a build no rules that a variable cannot hold', async () => {
    const owners = Array.from({ length: 120 }, (_, index) => `owner-${index}.of.profiles@example.com`);
    const { run } = await planOf(
      {},
      { ...exampleConfiguration, access: { accepted_profile_owners: owners } },
    );
    expect(run.builds['Install Kubeflow']?.['ACCESS']).toBe('{}');
    expect(readQuotaRules(run.builds['Install Kubeflow'])).toBeUndefined();
  });

  it('of a fresh account says what follows from what, and starts no build that it could not tell anything', async () => {
    const { run, plan } = await planOf({
      'Create cluster': { ...created('cluster'), more: 0 },
      'Describe cluster': { changes: [], follows: ['Create cluster'] },
      'Request certificates': created('certificate'),
      'Ensure user pool': created('user pool'),
      'Ensure parent record': created('record'),
      'Await custom domain': { changes: [], follows: ['Ensure custom domain'] },
    });
    expect(run.problems).toEqual([]);
    expect(Object.keys(run.builds)).toEqual(['Create cluster']);
    expect(step(plan, 'Install Kubeflow')).toEqual({
      state: 'Install Kubeflow',
      verdict: 'follows',
      changes: [],
      follows: ['Describe cluster', 'Request certificates', 'Ensure user pool', 'Ensure app client'],
    });
    expect(following(plan)).toMatchObject({
      'Permit trigger': ['Ensure user pool'],
      'Alias Cognito domain': ['Await custom domain'],
      'Await ingress': ['Describe cluster'],
      'Alias Kubeflow domain': ['Await ingress'],
      'Verify endpoint': ['Ensure app client'],
      'Retire former addresses': ['Ensure user pool', 'Ensure SAML provider'],
    });
    expect(plan.summary).toMatchObject({ create: 4, problem: 0 });
  });

  it('with a problem goes on, and says which', async () => {
    const problem = { error: 'VpcMissing', message: 'no VPC' };
    const { run, plan } = await planOf({ 'Preflight checks': { changes: [], problem } });
    expect(step(plan, 'Preflight checks')).toEqual({
      state: 'Preflight checks',
      verdict: 'problem',
      changes: [],
      problem,
    });
    expect(step(plan, 'Ensure user pool')?.verdict).toBe('leave');
    expect(following(plan)).toMatchObject({ 'Create cluster': ['Preflight checks'] });
    expect(run.builds).toEqual({});
  });

  it('tells a step what it waits for, while that would change something', async () => {
    const { run } = await planOf({ 'Create cluster': { ...created('node group'), more: 0 } });
    const pending = (state: string) => run.calls.find((call) => call.state === state)?.payload['pending'];
    expect(pending('Describe cluster')).toEqual(['Create cluster']);
    expect(pending('Await ingress')).toEqual([]);
    expect(pending('Tag subnets')).toEqual([]);
  });

  it('keeps a reason that is no step of the plan', async () => {
    const { plan } = await planOf({
      'Await certificates': { changes: [], reason: 'ACM is still validating' },
    });
    expect(step(plan, 'Await certificates')).toEqual({
      state: 'Await certificates',
      verdict: 'follows',
      changes: [],
      reason: 'ACM is still validating',
    });
  });

  it('fails where a build has not said what it would do', async () => {
    const run = await dryRun('plan', exampleConfiguration, { 'Create cluster': '' });
    expect(run.record).toMatchObject({ status: 'FAILED', failure: { error: 'States.QueryEvaluationError' } });
  });

  // Whatever is unknown, no step is sent half of what it needs: what it is sent without a reason not to look fits it.
  const withResults = statesOf('plan')
    .filter(([name, state]) => taskOf(state) !== undefined && name !== 'Validate configuration')
    .map(([name]) => name);
  it.each(withResults)(
    'in which the result of %s is not known still sends every other step what it takes',
    async (state) => {
      const { run, plan } = await planOf({ [state]: created('something') });
      expect(run.problems).toEqual([]);
      for (const environment of Object.values(run.builds)) {
        for (const value of Object.values(environment)) {
          expect(value).not.toBe('null');
          expect(value).not.toContain(':null');
        }
      }
      expect(planVerdicts).toContain(step(plan, state)?.verdict);
    },
  );
});
