import Table from 'cli-table3';

/** Progress, on stderr: stdout belongs to the result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A table of results for people. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) table.push(row.map(String));
  process.stdout.write(`${table.toString()}\n`);
}

/** One requirement with what was measured. */
export interface Verdict {
  readonly requirement: string;
  readonly measured: number;
  readonly limit: number;
  readonly met: boolean;
}

/** Something that must not exceed a limit. */
export function atMost(requirement: string, measured: number, limit: number): Verdict {
  return { requirement, measured, limit, met: measured <= limit };
}

/** Something that must reach a limit. */
export function atLeast(requirement: string, measured: number, limit: number): Verdict {
  return { requirement, measured, limit, met: measured >= limit };
}

/** What was required, what was measured, and whether it is met. */
export function printVerdicts(verdicts: readonly Verdict[]): void {
  printTable(
    ['requirement', 'measured', 'limit', ''],
    verdicts.map(({ requirement, measured, limit, met }) => [
      requirement,
      measured,
      limit,
      met ? 'met' : 'MISSED',
    ]),
  );
}

/** Runs a bench's program; an error ends it with exit code 1. */
export function runBench(program: () => Promise<void>): void {
  program().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
}
