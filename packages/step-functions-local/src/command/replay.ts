import { compare } from '../replay/compare';
import { readRecordings } from '../replay/recording';
import { runRecording } from '../replay/run-recording';

interface Outcome {
  readonly name: string;
  readonly file: string;
  readonly passed: boolean;
  readonly difference?: string;
}

/**
 * Replays every recording of a folder and reports each.
 *
 * @returns 0 if all were the same, else 1
 */
export async function replay(folder: string, { json = false }: { json?: boolean }): Promise<number> {
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
