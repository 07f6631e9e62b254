import { stableText } from '../../../tools/first-hour/stable-text';

test.each([
  ['✓ Await ingress  3 min 05 s, 3 attempts', '✓ Await ingress  … s'],
  ['succeeded in 58.2 s: acme', 'succeeded in … s: acme'],
  ['alice@acme.example: allowed in 120 ms', 'alice@acme.example: allowed in … s'],
  ['up at http://127.0.0.1:41233', 'up at http://127.0.0.1:<port>'],
  ['eu-central-1_aB3dE5fG7', 'eu-central-1_<pool>'],
  ['vpc_id: vpc-0a1b2c3d4e5f60718 stands for it', 'vpc_id: vpc-<id> stands for it'],
  ['1abcdefghijklmnop2qrstuvwx', '<client>'],
  ['6 × m5.large, 2.1 of 11.5', '6 × m5.large, 2.1 of 11.5'],
])('%s', (text, stable) => {
  expect(stableText(text, {})).toBe(stable);
});

test('what was typed stays, and folders have names', () => {
  expect(
    stableText('vpc-0123456789abcdef0 became vpc-0fedcba9876543210: /tmp/x1/a.html', {
      folders: { '/tmp/x1': '~/kubeflow' },
      typed: ['vpc-0123456789abcdef0'],
    }),
  ).toBe('vpc-0123456789abcdef0 became vpc-<id>: ~/kubeflow/a.html');
});

test('a table is as wide as what stands for its values, whatever stood in it', () => {
  const columns = ['ms'];
  const quick = 'user  ms  namespaces\nalice  9  team-a (edit)\nbob    12  –';
  const slow = 'user     ms      namespaces\nalice    1234    team-a (edit)\nbob      12      –';
  const stable = 'user   ms  namespaces\nalice  …   team-a (edit)\nbob    …   –';
  expect([quick, slow].map((text) => stableText(text, { columns }))).toEqual([stable, stable]);
});
