import { naturalOrder } from '../natural-order';
import type { AccessRow } from './access-rows';
import { roles } from './roles';

/** What one subject has in one namespace, and every object that gives it. */
export interface MatrixCell {
  readonly namespace: string;
  /** The strongest role of those given. */
  readonly role: string;
  /** The strongest first. */
  readonly rows: readonly AccessRow[];
  /** Whether nothing of it is ours: then neither login nor re-sync ever takes it. */
  readonly foreign: boolean;
  /** Whether the next re-sync takes all of it away. */
  readonly stale: boolean;
}

/** One user, or group of the cluster, that has something somewhere. */
export interface MatrixLine {
  readonly subject: string;
  readonly kind: AccessRow['kind'];
  /** By namespace, in the order of {@link AccessMatrix.namespaces}; nothing where there is no access. */
  readonly cells: readonly MatrixCell[];
}

/** Who may do what, as a table: only lines and columns with something in them. */
export interface AccessMatrix {
  readonly namespaces: readonly string[];
  readonly lines: readonly MatrixLine[];
}

/** The accesses as a matrix, in natural order: users first, then groups. */
export function accessMatrix(rows: readonly AccessRow[]): AccessMatrix {
  const namespaces = [...new Set(rows.map(({ namespace }) => namespace))].sort(naturalOrder);
  const column = new Map(namespaces.map((namespace, index) => [namespace, index]));
  const lines = new Map<
    string,
    { subject: string; kind: AccessRow['kind']; cells: Map<string, AccessRow[]> }
  >();
  for (const row of rows) {
    const key = `${row.kind}/${row.subject}`;
    const line = lines.get(key) ?? {
      subject: row.subject,
      kind: row.kind,
      cells: new Map<string, AccessRow[]>(),
    };
    lines.set(key, line);
    line.cells.set(row.namespace, [...(line.cells.get(row.namespace) ?? []), row]);
  }
  return {
    namespaces,
    lines: [...lines.values()]
      .map(({ subject, kind, cells }) => ({
        subject,
        kind,
        cells: [...cells]
          .map(([namespace, given]) => cellOf(namespace, given))
          .sort((a, b) => (column.get(a.namespace) ?? 0) - (column.get(b.namespace) ?? 0)),
      }))
      .sort((a, b) => (a.kind === b.kind ? naturalOrder(a.subject, b.subject) : a.kind === 'User' ? -1 : 1)),
  };
}

function cellOf(namespace: string, given: readonly AccessRow[]): MatrixCell {
  const rows = given.toSorted((a, b) => rank(a.role) - rank(b.role) || naturalOrder(a.object, b.object));
  return {
    namespace,
    role: rows[0]?.role ?? '',
    rows,
    foreign: rows.every(({ source }) => source !== 'directory'),
    stale: rows.every(({ stale }) => stale),
  };
}

/** The strongest first; a role of somebody else's comes last, since nobody here knows what it allows. */
function rank(role: string): number {
  return -roles.findIndex((known) => known === role);
}
