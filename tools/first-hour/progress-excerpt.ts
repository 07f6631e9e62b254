/** Stands where lines were left out. */
const cut = '  […]';

/** A step's line, by the mark that it begins with. */
const stepLine = /^ {2}[✓✗!] /;

/** Of the steps so many are shown at the beginning and at the end; between them some run beside each other. */
const shown = { first: 3, last: 2 } as const;

/**
 * What is shown of the progress of a rehearsal: its phases, what does not hang on chance in them, and the first and last
 * steps of the provisioning. What is left out is marked.
 *
 * @param progress what the command wrote while it ran: phases at the beginning of a line, what happens in them indented
 */
export function progressExcerpt(progress: string): string {
  const phases: { title: string; lines: string[] }[] = [];
  for (const line of progress.split('\n')) {
    if (line === '') continue;
    if (line.startsWith(' ')) phases.at(-1)?.lines.push(line);
    else phases.push({ title: line, lines: [] });
  }
  return phases.flatMap(({ title, lines }) => [title, ...excerptOf(title, lines)]).join('\n');
}

function excerptOf(title: string, lines: readonly string[]): readonly string[] {
  switch (title) {
    case 'account':
    case 'logins':
      return lines;
    case 'provisioning': {
      const steps = lines.filter((line) => stepLine.test(line));
      return [...steps.slice(0, shown.first), cut, ...steps.slice(-shown.last)];
    }
    default:
      return lines.length === 0 ? [] : [cut];
  }
}
