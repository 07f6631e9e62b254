import { progressExcerpt } from '../../../tools/first-hour/progress-excerpt';

test('what hangs on chance is left out and marked; phases, account, logins, first and last steps stay', () => {
  const progress = [
    'local region',
    '  the local region is up at http://127.0.0.1:4566',
    'account',
    '  vpc_id: vpc-1 stands for vpc-2 here',
    'provisioning',
    '  ✓ Acquire lock  0.1 s',
    '  cluster: creating',
    ...['B', 'C', 'D', 'E', 'F'].map((name) => `  ✓ ${name}  0.1 s`),
    '  ▸ G  0.1 s  waiting: DnsPending',
    '  ✗ G  0.1 s',
    '    no such zone',
    'logins',
    '  alice@acme.example: allowed in 9 ms',
    'access',
    '',
  ].join('\n');
  expect(progressExcerpt(progress).split('\n')).toEqual([
    'local region',
    '  […]',
    'account',
    '  vpc_id: vpc-1 stands for vpc-2 here',
    'provisioning',
    '  ✓ Acquire lock  0.1 s',
    '  ✓ B  0.1 s',
    '  ✓ C  0.1 s',
    '  […]',
    '  ✓ F  0.1 s',
    '  ✗ G  0.1 s',
    'logins',
    '  alice@acme.example: allowed in 9 ms',
    'access',
  ]);
});
