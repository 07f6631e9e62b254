import { countDifferences, differenceLines, driftOf, type Difference } from '../../core/drift';
import type { Plan, PlannedStep } from '../../core/plan';

const left = (state: string): PlannedStep => ({ state, verdict: 'leave', changes: [] });
const pool: PlannedStep = {
  state: 'Ensure user pool',
  verdict: 'change',
  changes: [{ action: 'change', what: 'user pool acme: trigger' }],
};
const records: PlannedStep = {
  state: 'Alias Kubeflow domain',
  verdict: 'create',
  changes: [
    { action: 'create', what: 'record a' },
    { action: 'create', what: 'record b' },
  ],
};
const problem = (error: string, message = 'found at length'): PlannedStep => ({
  state: 'Preflight checks',
  verdict: 'problem',
  changes: [],
  problem: { error, message },
});
const follows = (reason?: string): PlannedStep => ({
  state: 'Await ingress',
  verdict: 'follows',
  changes: [],
  ...(reason === undefined ? { follows: ['Ensure user pool'] } : { reason }),
});
const planOf = (...steps: PlannedStep[]): Plan => ({
  deployment: 'acme',
  steps,
  summary: { create: 0, change: 0, leave: 0, follows: 0, problem: 0 },
});
const digestOf = (...steps: PlannedStep[]): string => {
  const drift = driftOf(planOf(...steps));
  return drift.kind === 'known' ? drift.digest : drift.why;
};

test.each<[string, PlannedStep[], object]>([
  [
    'that leaves everything',
    [left('A'), left('B')],
    { kind: 'known', changes: 0, differences: [], digest: '' },
  ],
  [
    'with changes',
    [left('A'), pool, records],
    {
      kind: 'known',
      changes: 3,
      differences: [
        { state: 'Ensure user pool', action: 'change', what: 'user pool acme: trigger' },
        { state: 'Alias Kubeflow domain', action: 'create', what: 'record a' },
        { state: 'Alias Kubeflow domain', action: 'create', what: 'record b' },
      ],
    },
  ],
  ['with changes that it does not list', [{ ...pool, more: 40 }], { kind: 'known', changes: 41 }],
  [
    'with nothing but changes that it does not list',
    [{ ...left('A'), more: 2 }],
    { kind: 'known', changes: 2 },
  ],
  ['with changes from which others follow', [pool, follows()], { kind: 'known', changes: 1 }],
  [
    'that a provisioning would be stopped by',
    [problem('HostedZoneMissing')],
    { kind: 'known', changes: 1, differences: [{ state: 'Preflight checks', error: 'HostedZoneMissing' }] },
  ],
  [
    'that meets somebody at work',
    [problem('DeploymentLocked'), pool],
    { kind: 'unclear', why: 'DeploymentLocked' },
  ],
  [
    'that somebody has overtaken',
    [problem('ExecutionOutdated')],
    { kind: 'unclear', why: 'ExecutionOutdated' },
  ],
  [
    'that finds something under way',
    [left('A'), follows('is being made')],
    { kind: 'unclear', why: 'is being made' },
  ],
])('a plan %s', (_, steps, expected) => {
  expect(driftOf(planOf(...steps))).toMatchObject(expected);
});

test('the digest is of what differs: not of the order, nor of what a problem says of the time', () => {
  const digest = digestOf(pool, records, problem('QuotaExceeded', '3 days left'));
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOf(problem('QuotaExceeded', '2 days left'), records, left('A'), pool)).toBe(digest);
  for (const other of [
    digestOf(pool, records),
    digestOf(pool, { ...records, more: 1 }, problem('QuotaExceeded')),
    digestOf(
      { ...pool, changes: [{ action: 'remove', what: 'user pool acme: trigger' }] },
      records,
      problem('QuotaExceeded'),
    ),
  ])
    expect(other).not.toBe(digest);
});

describe('differences for people', () => {
  const of = (count: number): Difference[] =>
    Array.from({ length: count }, (_, index) => ({
      state: `Step ${Math.floor(index / 2).toString()}`,
      action: 'create' as const,
      what: `thing ${index.toString()}`,
    }));

  test('stand below their step, with what is in the way by its name', () => {
    expect(differenceLines([...of(3), { state: 'Step 1', error: 'ResourceConflict' }], 4)).toEqual([
      'Step 0',
      '  create thing 0',
      '  create thing 1',
      'Step 1',
      '  create thing 2',
      '  in the way: ResourceConflict',
    ]);
  });

  test.each([
    [20, 20, undefined],
    [21, 21, 'and 1 more'],
    [50, 90, 'and 70 more'],
    [2, 7, 'and 5 more'],
  ])('%d that are listed, %d in all', (count, changes, last) => {
    const lines = differenceLines(of(count), changes);
    expect(lines.filter((line) => line.startsWith('  '))).toHaveLength(Math.min(count, 20));
    if (last === undefined) expect(lines.at(-1)).toMatch(/^ {2}create/);
    else expect(lines.at(-1)).toBe(last);
  });

  test('are counted in words', () => {
    expect([0, 1, 2].map(countDifferences)).toEqual(['0 differences', '1 difference', '2 differences']);
  });
});
