import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const section = (title: string): string =>
  new RegExp(`^## ${title}\\n([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

test('every script is in the table, and no other', () => {
  const named = [...section('Scripts').matchAll(/`npm (?:run )?(?:--silent )?([a-z:-]+)/g)].map(
    ([, name]) => name,
  );
  expect(named.sort()).toEqual(Object.keys(scripts).sort());
});

test('what is said to be somewhere is there', () => {
  const paths = [...section('Where is …').matchAll(/`([a-z-]+\/[\w./<>*-]*)`/g)].map(
    ([, path]) => path ?? '',
  );
  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => !/[<*]/.test(path) && !existsSync(join(root, path)))).toEqual([]);
});
