import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.test.ts'),
);

/** Rows of the table of attacks in docs/isolation.md. */
const rows = (
  /^## Attacks[^\n]*\n([\s\S]*?)^## /m.exec(readFileSync(join(root, 'docs/isolation.md'), 'utf8'))?.[1] ?? ''
)
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, 4)
      .map((cell) => cell.trim()),
  );

test.each(rows)('%s: the tests that are named are there', (_attack, answer = '', named = '') => {
  expect(answer).not.toBe('');
  const files = [...named.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files)
    expect([file, tests.some((path) => path === file || path.endsWith(`/${file}`))]).toEqual([file, true]);
});

test('there is a row for whoever comes in by a node, the dashboard, a token, a name or the network', () => {
  expect(rows.length).toBeGreaterThanOrEqual(28);
  expect(existsSync(join(root, 'test/isolation/attacks.test.ts'))).toBe(true);
});
