import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'local/RULES.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
const rules = rows.slice(2);

describe('the rules of the local region', () => {
  it('stand once each, sorted by their service, with source, place and test', () => {
    const names = rules.map(([rule]) => rule ?? '');
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      [...names].sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1)),
    );
    for (const cells of rules) expect(cells.filter((cell) => cell !== '')).toHaveLength(4);
  });

  it('name tests and files that are there', () => {
    const paths = [...text.matchAll(/`((?:local|test|packages)\/[\w./-]+\.(?:ts|py|go|yaml))`/g)].map(
      ([, path]) => path ?? '',
    );
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
