import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sectionsOf } from './markdown';
import { filesOf, root } from './repository';

const sections = sectionsOf(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));
const files = filesOf(/./);

/** The cells of the table of a section, without its head. */
function rowsOf(title: RegExp): string[][] {
  const text = sections.find((section) => title.test(section.title))?.text ?? '';
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const code = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, it]) => it ?? '');

describe('the table of folders', () => {
  const rows = rowsOf(/^The folders/);

  it('has every folder of the repository, and no other', () => {
    const folders = new Set(
      files.flatMap((file) => (/^\w.*\//.test(file) ? `${file.split('/')[0] ?? ''}/` : [])),
    );
    expect(rows.flatMap(([folder = '']) => code(folder)).sort()).toEqual([...folders].sort());
  });

  it('says of each what `npm run boundaries` lets it import', () => {
    const { forbidden } = jest.requireActual<{
      forbidden: { name: string; from: { path?: string }; to: { pathNot?: string } }[];
    }>('../../.dependency-cruiser.cjs');
    const enforced = forbidden
      .filter(({ name }) => name.includes('-imports-only-'))
      .map(({ from, to }) => {
        const folder = /^\^(\w+)\/$/.exec(from.path ?? '')?.[1] ?? '';
        const allowed = /^\^\(([\w|]+)\)\/$/.exec(to.pathNot ?? '')?.[1]?.split('|') ?? [];
        return [folder, allowed.filter((name) => name !== folder).sort()];
      });
    const said = rows
      .filter(([, , imports = '']) => imports !== '' && imports !== 'everything')
      .map(([folder = '', , imports = '']) => [
        code(folder)[0]?.slice(0, -1),
        code(imports)
          .filter((name) => !name.includes('.'))
          .sort(),
      ]);
    expect(said.length).toBeGreaterThan(10);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(enforced));
  });
});

describe('the table of file names that occur more than once', () => {
  const rows = rowsOf(/^File names/);
  const sources = files.filter(
    (file) => /\.(?:ts|mjs|cjs|py|go)$/.test(file) && !/^(?:test|packages)\//.test(file),
  );

  it('has all that do, with a reason, and no other', () => {
    const names = sources.map((file) => basename(file));
    const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    expect(rows.flatMap(([which = '']) => code(which)).sort()).toEqual([...repeated].sort());
    for (const [, reason] of rows) expect(reason).toMatch(/\w+/);
  });
});
