/** What a build tells whoever reads its log. Never a secret, never personal data. */
export type Say = (line: string) => void;

/** Writes a line to standard output. */
export const say: Say = (line) => {
  process.stdout.write(`${line}\n`);
};
