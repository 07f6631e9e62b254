/** What a build writes to its log. Never a secret, never personal data. */
export type Say = (line: string) => void;

/** Writes a line to standard output. */
export const say: Say = (line) => {
  process.stdout.write(`${line}\n`);
};
