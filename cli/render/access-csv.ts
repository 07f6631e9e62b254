import { stringify } from 'csv-stringify/sync';
import type { AccessRow } from '../../core/access/access-rows';
import { naturalOrder } from '../../core/natural-order';

/**
 * Every access as a line of CSV (RFC 4180), in natural order. What a spreadsheet would take for a formula is marked as
 * text: names of groups and people come from outside.
 */
export function accessCsv(rows: readonly AccessRow[]): string {
  return stringify(
    rows
      .toSorted(
        (a, b) =>
          naturalOrder(a.subject, b.subject) ||
          naturalOrder(a.namespace, b.namespace) ||
          naturalOrder(a.object, b.object),
      )
      .map(({ because, stale, source, ...row }) => ({
        ...row,
        given_by: source,
        groups: because.map(({ group }) => group).join('; '),
        rules: because.map(({ rule }) => rule).join('; '),
        ours: source === 'directory' ? 'yes' : 'no',
        goes_at_next_resync: stale ? 'yes' : 'no',
      })),
    {
      header: true,
      escape_formulas: true,
      record_delimiter: 'windows',
      columns: [
        'subject',
        'kind',
        'namespace',
        'role',
        'given_by',
        'ours',
        'groups',
        'rules',
        'object',
        'goes_at_next_resync',
      ],
    },
  );
}
