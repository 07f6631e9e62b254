import { formatManifests, parseManifests } from '../../../builds/kubernetes/objects';

const header = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';

test('a part that is named again is written out, a few lines that would become gigabytes are refused', () => {
  const shared = `${header}data: { a: &x one, b: *x }\n`;
  expect(formatManifests(parseManifests(shared))).toContain('b: one');
  const levels = Array.from(
    { length: 9 },
    (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]`,
  );
  expect(() => parseManifests(`${header}a0: &a0 [x]\n${levels.join('\n')}\n`)).toThrow(
    expect.objectContaining({ name: 'InvalidConfiguration' }) as Error,
  );
});

test.each([
  'kind: A\nmetadata: { name: a }',
  `${header}  labels: 5`,
  'a',
  '[1]',
  'a: [',
  'kind: List\nitems: [null]',
])('%p is no object, which is said by name', (text) => {
  expect(() => parseManifests(text)).toThrow(
    expect.objectContaining({ name: 'InvalidConfiguration' }) as Error,
  );
});
