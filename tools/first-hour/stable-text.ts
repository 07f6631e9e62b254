/** Words for what differs from one run to the next, in the order in which they are looked for. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  [/\b\d+ h \d\d min\b|\b\d+ min \d\d s\b|\b\d+(?:\.\d)? s\b|\b\d+ ms\b/g, '… s'],
  [/, \d+ attempts\b/g, ''],
  [/\b127\.\d+\.\d+\.\d+:\d+/g, '127.0.0.1:<port>'],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b([a-z]{2}-[a-z]+-\d)_[A-Za-z0-9]{9,55}\b/g, '$1_<pool>'],
  [/\b(secret:[\w/-]+?)-\w{6}\b/g, '$1-<suffix>'],
  [/\bk8s-[\w-]+\.([a-z0-9-]+)\.elb\.amazonaws\.com\b/g, 'k8s-<name>.$1.elb.amazonaws.com'],
  [/\b(vpc|subnet|sg)-[0-9a-f]{8,17}\b/g, '$1-<id>'],
  [/\b(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{26}\b/g, '<client>'],
];

/** How a text is made the same for every run. */
export interface StableOptions {
  /** Folders by what stands for them. */
  folders?: Readonly<Record<string, string>>;
  /** What was typed, which is left as it is. */
  typed?: readonly string[];
  /** Columns of tables whose figures differ from run to run. */
  columns?: readonly string[];
}

/**
 * A command's output without what differs from one run to the next: times, ports, ids that are made up, paths. Tables are
 * laid out again, since their columns are as wide as what stood in them.
 */
export function stableText(text: string, { folders = {}, typed = [], columns = [] }: StableOptions): string {
  let stable = text;
  for (const [folder, name] of Object.entries(folders)) stable = stable.replaceAll(folder, name);
  // The longest first: one may stand within another.
  const kept = typed
    .toSorted((a, b) => b.length - a.length)
    .map((word, index) => [word, `\u0000${'\u0001'.repeat(index + 1)}\u0000`] as const);
  for (const [word, mark] of kept) stable = stable.replaceAll(word, mark);
  for (const [pattern, word] of varying) stable = stable.replaceAll(pattern, word);
  for (const [word, mark] of kept) stable = stable.replaceAll(mark, word);
  return realigned(stable.split('\n'), columns).join('\n');
}

/** Lays out every run of lines that have equally many cells, with two spaces and more between them. */
function realigned(lines: readonly string[], columns: readonly string[]): string[] {
  const result: string[] = [];
  let rows: string[][] = [];
  const flush = (): void => {
    result.push(...laidOut(withoutFigures(rows, columns)));
    rows = [];
  };
  for (const line of lines) {
    const cells = cellsOf(line);
    if (rows.length > 0 && rows[0]?.length !== cells.length) flush();
    if (cells.length > 1) rows.push(cells);
    else result.push(line.trimEnd());
  }
  flush();
  return result;
}

/** The first cell keeps its indentation. */
function cellsOf(line: string): string[] {
  const [, indent = '', rest = ''] = /^( *)(.*)$/s.exec(line.trimEnd()) ?? [];
  const [first = '', ...others] = rest.split(/ {2,}/);
  return [indent + first, ...others];
}

function withoutFigures(rows: string[][], columns: readonly string[]): string[][] {
  const [head = [], ...body] = rows;
  const figures = head.map((title) => columns.includes(title));
  return [head, ...body.map((row) => row.map((cell, index) => (figures[index] === true ? '…' : cell)))];
}

function laidOut(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => Array.from(row[column] ?? '').length)),
  );
  return rows.flatMap((row) =>
    row.length === 0
      ? []
      : [
          row
            .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - Array.from(cell).length))
            .join('  ')
            .trimEnd(),
        ],
  );
}
