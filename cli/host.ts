/** Everything through which a command touches the world; a test records it. */
export interface Host {
  /** Writes to standard output: the command's result. */
  out(text: string): void;
  /** Writes to standard error: progress and problems. */
  err(text: string): void;
  /** Whether somebody watches: then progress is drawn in place. */
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The process' own. */
export function processHost(): Host {
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    interrupted.abort();
  });
  process.once('SIGTERM', () => {
    interrupted.abort();
  });
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY && process.env['CI'] === undefined,
    columns: process.stderr.columns || 100,
    env: process.env,
    now: () => Date.now(),
    signal: interrupted.signal,
  };
}

/** Prints a document for machines. */
export function printJson(host: Host, document: unknown): void {
  host.out(`${JSON.stringify(document, null, 2)}\n`);
}
