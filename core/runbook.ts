import { product } from './naming';

/** Where the page of the alarms is in the repository: each alarm has a section of its name in it. */
const runbookPath = 'docs/operate/alarms.md';

/**
 * Where an entry of the page of the alarms is, in words.
 *
 * @param runbook address of the page; by default its path in the repository, which is said to be one
 */
export function runbookEntry(anchor: string, runbook?: string): string {
  return runbook === undefined
    ? `Runbook, in the repository of ${product}: ${runbookPath}#${anchor}`
    : `Runbook: ${runbook}#${anchor}`;
}
