import fc from '../../support/fast-check';
import { accessMatrix } from '../../../core/access/access-matrix';
import type { AccessRow } from '../../../core/access/access-rows';
import { naturalOrder } from '../../../core/natural-order';

const row = (subject: string, namespace: string, role: string, more: Partial<AccessRow> = {}): AccessRow => ({
  subject,
  kind: 'User',
  namespace,
  role,
  source: 'directory',
  because: [],
  object: `${namespace}/${subject}-${role}`,
  stale: false,
  ...more,
});

test('a line for each who has something, in natural order, users before groups', () => {
  const { namespaces, lines } = accessMatrix([
    row('user11', 'team-10', 'edit'),
    row('auditors', 'team-2', 'view', { kind: 'Group' }),
    row('user2', 'team-2', 'view'),
    row('User3', 'team-2', 'view'),
  ]);
  expect(namespaces).toEqual(['team-2', 'team-10']);
  expect(lines.map(({ subject }) => subject)).toEqual(['user2', 'User3', 'user11', 'auditors']);
});

test('the strongest role counts, and who gave it', () => {
  const mine = row('a', 'n', 'edit', { stale: true });
  const { lines } = accessMatrix([
    row('a', 'n', 'their-own', { source: 'other' }),
    mine,
    row('a', 'n', 'admin', { source: 'owner' }),
    row('b', 'n', 'view', { source: 'contributor' }),
    row('c', 'n', 'view', { stale: true }),
  ]);
  expect(
    lines.map(({ cells: [cell] }) => [cell?.role, cell?.rows.length, cell?.foreign, cell?.stale]),
  ).toEqual([
    ['admin', 3, false, false],
    ['view', 1, true, false],
    ['view', 1, false, true],
  ]);
  expect(lines[0]?.cells[0]?.rows.map(({ role }) => role)).toEqual(['admin', 'edit', 'their-own']);
});

test('nothing is lost, and nothing is empty', () => {
  const rows = fc.array(
    fc
      .tuple(
        fc.constantFrom('a', 'b2', 'b11', 'B2'),
        fc.constantFrom('x', 'y2', 'y11'),
        fc.constantFrom('view', 'edit', 'admin', 'odd'),
        fc.constantFrom<AccessRow['kind']>('User', 'Group'),
      )
      .map(([subject, namespace, role, kind]) => row(subject, namespace, role, { kind })),
  );
  fc.assert(
    fc.property(rows, (given) => {
      const { namespaces, lines } = accessMatrix(given);
      const cells = lines.flatMap((line) => line.cells);
      expect(cells.flatMap((cell) => cell.rows)).toHaveLength(given.length);
      expect(cells.every((cell) => cell.rows.length > 0)).toBe(true);
      expect(lines.every((line) => line.cells.length > 0)).toBe(true);
      expect(new Set(cells.map(({ namespace }) => namespace))).toEqual(new Set(namespaces));
      expect(namespaces).toEqual(namespaces.toSorted(naturalOrder));
      for (const line of lines) {
        const order = line.cells.map(({ namespace }) => namespaces.indexOf(namespace));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }
    }),
  );
});
