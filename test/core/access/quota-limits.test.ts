import { parseConfiguration } from '../../../core/configuration';
import { limitProblem } from '../../../core/access/quota-limits';
import { minimalConfiguration } from '../../support/minimal-configuration';

test.each([
  ['cpu', '500m'],
  ['requests.memory', '64Gi'],
  ['requests.storage', '2Ti'],
  ['requests.nvidia.com/gpu', '0'],
  ['count/notebooks.kubeflow.org', '20'],
  ['gp3.storageclass.storage.k8s.io/requests.storage', '1Ti'],
  ['pods', '1k'],
])('%s: %s is a limit', (limit, value) => {
  expect(limitProblem(limit, value)).toBeUndefined();
});

test.each([
  ['nvidia.com/gpu', '1', 'must be "requests.nvidia.com/gpu"'],
  ['limits.nvidia.com/gpu', '1', 'must be "requests.nvidia.com/gpu"'],
  ['gpu', '1', 'is nothing that a quota limits'],
  ['storage', '1Gi', 'is nothing that a quota limits'],
  ['cpu', '-1', 'must be a quantity'],
  ['memory', '64GB', 'must be a quantity'],
  ['pods', '1.5', 'must be a whole number'],
  ['requests.nvidia.com/gpu', '500m', 'must be a whole number'],
])('%s: %s is none', (limit, value, problem) => {
  expect(limitProblem(limit, value)).toMatch(problem);
});

const problemsOf = (access: unknown): string[] => {
  const parsed = parseConfiguration({ ...minimalConfiguration, access });
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path} ${message}`);
};

test('the problems of a namespace are named where they are', () => {
  expect(problemsOf({ namespaces: { 'team-a': { quota: { pods: '20' } } } })).toEqual([]);
  expect(problemsOf({ namespaces: { 'team-a': { quota: { gpu: '1' } } } })).toEqual([
    expect.stringMatching(/^access\.namespaces\.team-a\.quota\.gpu is nothing that a quota limits/),
  ]);
  expect(problemsOf({ namespaces: { 'team-a': { quota: {} } } })).toEqual([
    expect.stringMatching(/^access\.namespaces\.team-a\.quota must have at least one limit/),
  ]);
  expect(problemsOf({ namespaces: { 'kube-system': { quota: { pods: '20' } } } })).toEqual([
    expect.stringMatching(/^access\.namespaces\.kube-system is reserved/),
  ]);
  const role_arn = 'arn:aws:iam::999988887777:role/team-a';
  expect(problemsOf({ namespaces: { 'team-a': { role_arn } } })).toEqual([
    expect.stringMatching(/^access\.namespaces\.team-a\.role_arn must be a role of account_id/),
  ]);
  expect(problemsOf({ namespaces: { Team_A: {} } })).toHaveLength(1);
});
