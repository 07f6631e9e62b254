import pc from 'picocolors';
import { estimateText } from '../../cli/render/room';
import { planText } from '../../cli/render/plan';
import { planVerdicts, type Plan, type PlannedStep } from '../../core/plan';

const plain = pc.createColors(false);

function plan(steps: PlannedStep[]): Plan {
  const counts = planVerdicts.map((verdict) => [
    verdict,
    steps.filter((step) => step.verdict === verdict).length,
  ]);
  return { deployment: 'acme', steps, summary: Object.fromEntries(counts) as Plan['summary'] };
}

const left: PlannedStep = { state: 'Acquire lock', verdict: 'leave', changes: [] };

describe('the text of a plan', () => {
  test('says so where there is nothing to do', () => {
    expect(planText(plan([left]), plain)).toBe('nothing to do: acme is what the configuration asks for\n');
  });

  test('says what should be known of what is left as it is', () => {
    const installed: PlannedStep = {
      ...left,
      state: 'Install Kubeflow',
      notes: ['Profiles without a quota: a'],
    };
    expect(planText(plan([left, installed]), plain)).toBe(
      'Profiles without a quota: a\n\nnothing to do: acme is what the configuration asks for\n',
    );
  });

  test('shows what would be done, what follows, what stands in the way, and the sum', () => {
    const text = planText(
      plan([
        left,
        {
          state: 'Create cluster',
          verdict: 'change',
          changes: [
            { action: 'create', what: 'node group gpu' },
            { action: 'change', what: 'node group cpu: 2 to 4 nodes' },
            { action: 'remove', what: 'node group old' },
          ],
          more: 2,
        },
        { state: 'Permit trigger', verdict: 'follows', changes: [], follows: ['Ensure user pool'] },
        { state: 'Await certificates', verdict: 'follows', changes: [], reason: 'ACM is still validating' },
        {
          state: 'Preflight checks',
          verdict: 'problem',
          changes: [],
          problem: { error: 'VpcMissing', message: 'there is no VPC vpc-1' },
        },
      ]),
      plain,
    );
    expect(text.split('\n')).toEqual([
      'Create cluster',
      '  + create  node group gpu',
      '  ~ change  node group cpu: 2 to 4 nodes',
      '  - remove  node group old',
      '  and 2 more',
      '',
      'known only when the steps before them are done:',
      '  Permit trigger: follows from Ensure user pool',
      '  Await certificates: ACM is still validating',
      '',
      '✗ Preflight checks: VpcMissing: there is no VPC vpc-1',
      '',
      'acme: 1 to create, 1 to change, 1 to remove, 2 more not listed; of 5 steps 1 leave everything as it is, 2 follow, 1 meets a problem',
      '',
    ]);
  });
});

describe('the room that a plan reckons', () => {
  const groups = [
    {
      group: 'node group',
      type: 't3.medium',
      nodes: 2,
      allocatable: { cpuMillis: 3860, memoryMiB: 6144, gpus: 0, pods: 34 },
      requested: { cpuMillis: 1900, memoryMiB: 5120, gpus: 0, pods: 34 },
    },
  ];

  test('is for tenants, as far as it is left', () => {
    expect(estimateText({ groups, waiting: [] }, plain).split('\n')).toEqual([
      '',
      'room on 2 nodes, reckoned from what pods ask for',
      'node group  nodes          CPUs        memory (GiB)  pods      GPUs',
      'node group  2 × t3.medium  1.9 of 3.9  5.0 of 6.0    34 of 34  0 of 0',
      'the selected components fit on the configured nodes; what is left is for tenants',
      '',
    ]);
  });

  test('tells of the pods of Profiles that nobody knows yet, where there are such', () => {
    const line =
      'for its artifacts each Profile that the configuration does not name takes 20m of CPU and 110 MiB more';
    expect(estimateText({ groups, waiting: [] }, plain, { artifacts: {} }).split('\n').at(-2)).toBe(line);
    expect(estimateText({ groups, waiting: [] }, plain, {})).not.toContain(line);
  });

  test('names what finds none, and for want of what', () => {
    const waiting = [{ pod: 'mysql', why: 'none of 2 nodes has room: 2 too many pods' }];
    const text = estimateText({ groups, waiting }, plain);
    expect(text).toContain('mysql has no room: none of 2 nodes has room: 2 too many pods\n');
    expect(text).toContain(
      'the selected components do not fit on the configured nodes: 1 pods find no room\n',
    );
  });
});
