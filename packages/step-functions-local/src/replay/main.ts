import { compare } from './compare';
import { readRecordings } from './recording';
import { runRecording } from './run-recording';

interface Outcome {
  readonly name: string;
  readonly file: string;
  readonly passed: boolean;
  readonly difference?: string;
}

/** Replays every recording of a folder and reports each; exits with 1 if one differs, with 2 for a wrong call. */
async function main(parameters: readonly string[]): Promise<number> {
  const json = parameters.includes('--json');
  const [folder, ...rest] = parameters.filter((parameter) => parameter !== '--json');
  if (folder === undefined || rest.length > 0) {
    process.stderr.write('usage: npm run --silent replay -- FOLDER [--json]\n');
    return 2;
  }
  const outcomes: Outcome[] = [];
  for (const { file, recording } of readRecordings(folder)) {
    let difference: string | undefined;
    try {
      difference = compare(recording, await runRecording(recording));
    } catch (error) {
      difference = `the replay itself failed: ${String(error)}`;
    }
    const outcome = { name: recording.name, file, passed: difference === undefined };
    outcomes.push(difference === undefined ? outcome : { ...outcome, difference });
    if (!json)
      process.stdout.write(
        difference === undefined ? `pass ${file}\n` : `FAIL ${file}\n     ${difference}\n`,
      );
  }
  const passed = outcomes.filter((outcome) => outcome.passed).length;
  const failed = outcomes.length - passed;
  // With --json standard output is one JSON document; the count is still the last line to be seen.
  if (json) process.stdout.write(`${JSON.stringify({ passed, failed, outcomes }, null, 2)}\n`);
  (json ? process.stderr : process.stdout).write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 2;
  },
);
