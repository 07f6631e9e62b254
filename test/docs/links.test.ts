import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { anchorOf, linksOf, sectionsOf } from './markdown';
import { filesOf, root } from './repository';

const documents = filesOf(/\.md$/);
const decisions = readdirSync(join(root, 'docs/adr'));
const anchorsOf = (file: string): Set<string> =>
  new Set(sectionsOf(readFileSync(file, 'utf8')).map(({ title }) => anchorOf(title)));

/** What is wrong with a link from a document, if anything. */
function fault(document: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? join(root, document) : resolve(root, dirname(document), path);
  if (!existsSync(file)) return `${link}: no such file`;
  if (anchor === undefined || !file.endsWith('.md')) return undefined;
  return anchorsOf(file).has(anchor) ? undefined : `${link}: no such heading`;
}

it('there are documents with links', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/operate/README.md']));
  expect(linksOf(readFileSync(join(root, 'README.md'), 'utf8')).length).toBeGreaterThan(5);
});

it.each(documents)('every link of %s leads somewhere', (document) => {
  const links = linksOf(readFileSync(join(root, document), 'utf8'));
  expect(links.flatMap((link) => fault(document, link) ?? [])).toEqual([]);
});

it.each([
  ['no-such.md', 'no-such.md: no such file'],
  ['docs/operate/alarms.md#no-such', 'docs/operate/alarms.md#no-such: no such heading'],
  ['docs/operate/alarms.md#resync-warnings', undefined],
  ['#read-on', undefined],
])('a link to %s from the README is seen for what it is', (link, expected) => {
  expect(fault('README.md', link)).toBe(expected);
});

it('documents that code, examples and messages name are there', () => {
  const sources = filesOf(/\.(?:ts|mjs|cjs|py|go|yaml|yml|sh|md)$/);
  const named = sources.flatMap((source) =>
    [
      ...readFileSync(join(root, source), 'utf8').matchAll(
        /(?<![\w./-])docs\/(?:adr\/\d{4}\b(?!-)|[\w/-]+\.md\b)/g,
      ),
    ].map(([path]) => [source, path] as const),
  );
  const there = (path: string): boolean =>
    /\d{4}$/.test(path)
      ? decisions.some((name) => name.startsWith(path.slice(-4)))
      : existsSync(join(root, path));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(([, path]) => !there(path))).toEqual([]);
});
