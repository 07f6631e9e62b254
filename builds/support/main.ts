import { translateAwsError } from '../../adapters/aws/errors';

/**
 * Runs a build's program: its failure becomes the last lines of the log, with the error's name first, and exit code 1.
 */
export function runMain(program: () => Promise<void>): void {
  program().catch((error: unknown) => {
    const translated = translateAwsError(error);
    process.stderr.write(`\n${translated.name}: ${translated.message}\n`);
    process.exitCode = 1;
  });
}
