import { messageOf } from '../core/errors';
import { exitCodes } from './pins/pin-releases';

/** Runs a command to its exit code; what it does not handle itself is said and counts as wrong usage. */
export function runCommand(main: () => Promise<number>): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exitCode = exitCodes.usage;
    },
  );
}
