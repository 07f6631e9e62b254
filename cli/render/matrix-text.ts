import {
  accessMatrix,
  type AccessMatrix,
  type MatrixCell,
  type MatrixLine,
} from '../../core/access/access-matrix';
import type { AccessRow } from '../../core/access/access-rows';
import { naturalOrder } from '../../core/natural-order';
import type { Paint } from './paint';
import { table } from './tables';

/** How many namespaces are named in a cell before the rest are counted. */
const named = 12;

/** What the marks behind a role mean. */
const marks = {
  foreign: [
    '*',
    'not ours: given in the dashboard, by ownership or by hand; neither login nor resync takes it',
  ],
  stale: ['!', 'the directory asks for it no more: the next resync takes it away'],
} as const;

/**
 * Who may do what, for a terminal: a column for each namespace where they fit, else a column for each role with the
 * namespaces in the cells. Only what somebody has.
 *
 * @param columns width of the terminal, in characters
 */
export function matrixText(rows: readonly AccessRow[], columns: number, paint: Paint): string {
  const matrix = accessMatrix(rows);
  const wide = table(
    ['who', ...matrix.namespaces],
    matrix.lines.map((line) => [
      whoOf(line),
      ...matrix.namespaces.map((namespace) => {
        const cell = line.cells.find((candidate) => candidate.namespace === namespace);
        return cell === undefined ? '' : marked(cell.role, cell, paint);
      }),
    ]),
  );
  // A table's last line is as wide as its columns and says nothing of what was painted: the head is never painted.
  const fits = (wide.split('\n')[0]?.length ?? 0) <= columns;
  const cells = matrix.lines.flatMap((line) => line.cells);
  return [
    fits ? wide : byRole(matrix, paint),
    ...(['foreign', 'stale'] as const)
      .filter((mark) => cells.some((cell) => cell[mark]))
      .map((mark) => paint.dim(marks[mark].join(' '))),
  ].join('\n');
}

function byRole({ lines }: AccessMatrix, paint: Paint): string {
  const roles = [...new Set(lines.flatMap(({ cells }) => cells.map(({ role }) => role)))].sort(naturalOrder);
  return table(
    ['who', ...roles],
    lines.map((line) => [
      whoOf(line),
      ...roles.map((role) => {
        const cells = line.cells.filter((cell) => cell.role === role);
        const rest = cells.length - named;
        return [
          ...cells.slice(0, named).map((cell) => marked(cell.namespace, cell, paint)),
          ...(rest > 0 ? [`and ${rest} more`] : []),
        ].join(', ');
      }),
    ]),
  );
}

function whoOf({ kind, subject }: MatrixLine): string {
  return kind === 'Group' ? `group ${subject}` : subject;
}

function marked(text: string, { foreign, stale }: MatrixCell, paint: Paint): string {
  if (foreign) return paint.yellow(`${text}${marks.foreign[0]}`);
  return stale ? paint.yellow(`${text}${marks.stale[0]}`) : text;
}
