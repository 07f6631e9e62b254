import { buildEnvironment } from '../../core/handover/build-environment';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { translateAwsError } from '../../adapters/aws/errors';
import { writeObservations } from './assumptions-output';

/** The file that a build specification reads the exported variable `FAILURE` from, beside the source. */
const failureFile = 'failure.txt';

/** An exported variable is shown in the cause of the workflow's failure, which must hold the whole build besides. */
const longestFailure = 2_000;

/**
 * Runs a build's program: its failure becomes the last lines of the log, with the error's name first, and exit code 1.
 * The same words go to a file, which the build specification exports:
 *
 *     env: { exported-variables: [FAILURE] }
 *     finally: if [ -f "$CODEBUILD_SRC_DIR/failure.txt" ]; then FAILURE="$(cat "$CODEBUILD_SRC_DIR/failure.txt")" && export FAILURE; fi
 */
export function runMain(program: () => Promise<void>): void {
  const run = async (): Promise<void> => {
    await program();
    await writeObservations();
  };
  run().catch(async (error: unknown) => {
    process.exitCode = 1;
    const { name, message } = translateAwsError(error);
    const text = `${name}: ${message}`;
    process.stderr.write(`\n${text}\n`);
    const folder = buildEnvironment().CODEBUILD_SRC_DIR;
    if (folder === undefined) return;
    await writeFile(
      join(folder, failureFile),
      text.length <= longestFailure ? text : `${text.slice(0, longestFailure - 1)}…`,
    );
  });
}
