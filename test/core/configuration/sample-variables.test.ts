import { takeOver } from '../../../core/configuration/sample-variables';

test.each<[string, unknown, unknown, RegExp | undefined]>([
  [
    'iam_poliy_prefix',
    'kubeflow',
    { iam_policy_prefix: 'kubeflow' },
    /^iam_poliy_prefix is spelt iam_policy/,
  ],
  ['lambda_concurreny_enabled', 'false', { lambda_concurrency_enabled: false }, /is spelt/],
  ['nodegroup_min_size', '3', { nodegroup_min_size: 3 }, undefined],
  ['account_id', 11122223333, { account_id: '011122223333' }, undefined],
  [
    'cognito_domain',
    'cognito.auth. acme.example',
    { cognito_domain: 'cognito.auth.acme.example' },
    /white space/,
  ],
  [
    'cert_alt_names',
    ['a.acme.example', 'kubeflow.kubeflow- DEMO.acme.example'],
    { cert_alt_names: ['a.acme.example', 'kubeflow.kubeflow-DEMO.acme.example'] },
    /^cert_alt_names\[1\]: white space is taken out of "kubeflow\.kubeflow- DEMO/,
  ],
  ['tags', { Team: 'one', TEAM: 'two' }, { tags: { Team: 'one' } }, /TEAM is left out, since Team/],
  ['tags', { NAME: 'x' }, { tags: { Name: 'x' } }, /NAME is spelt Name/],
  ['tags', { cost: 7 }, { tags: { cost: '7' } }, undefined],
])('%s = %j becomes %j', (name, given, values, said) => {
  const taken = takeOver({ [name]: given });
  expect(taken.values).toEqual(values);
  expect(taken.left).toEqual([]);
  if (said === undefined) expect(taken.mended).toEqual([]);
  else expect(taken.mended).toEqual([expect.stringMatching(said)]);
});

test('a tag that stands for the one of env is said', () => {
  const { values, mended } = takeOver({ env: 'dev', tags: { ENV: 'DEV' } });
  expect(values).toEqual({ env: 'dev', tags: { ENV: 'DEV' } });
  expect(mended).toEqual(['tags: ENV stands for the tag that env makes, since the two are one to IAM']);
});

test.each([
  ['account_id', '<account_id>', 'account_id: <account_id> only stands for a value'],
  ['ssh_key_name', 'xxxxx', 'ssh_key_name: xxxxx only stands for a value'],
  [
    'vpc_id',
    '${module.vpc.id}',
    'vpc_id: ${module.vpc.id} is worked out by Terraform; write what it comes to',
  ],
  ['eks_nam', 'acme', 'eks_nam: no such parameter here; perhaps eks_name is meant'],
  ['toString', 'x', 'toString: no such parameter here'],
])('%s = %s is left out, and why', (name, given, why) => {
  expect(takeOver({ [name]: given })).toEqual({ values: {}, mended: [], left: [why] });
});
