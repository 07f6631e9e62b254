import { CommanderError } from 'commander';
import { printDocument } from './documents/print-document';
import { CliError, detailedExitCodes, exitCodes, type ExitCode } from './exit-codes';
import { explainFailure } from './failures';
import type { Host } from './host';
import { buildProgram } from './program';
import { defined } from '../core/defined';

/**
 * Runs the command line.
 *
 * @param args what follows the program's name
 * @returns the exit code
 */
export async function run(host: Host, args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = buildProgram(host, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return report(host, host.signal.aborted ? interruption(error) : error, args);
  }
}

/** Whatever a command fails with after Ctrl-C, it was interrupted. */
function interruption(error: unknown): CliError {
  const failure = explainFailure(error);
  const { exitCode, message, hint } = failure;
  return exitCode === exitCodes.interrupted
    ? failure
    : new CliError(`interrupted: ${message}`, exitCodes.interrupted, hint);
}

/** Says what went wrong on standard error; with `--json` also as the one document on standard output. */
function report(host: Host, error: unknown, args: readonly string[]): ExitCode {
  const wrongWords = error instanceof CommanderError;
  // Help that was asked for is no error.
  if (wrongWords && error.exitCode === 0) return exitCodes.ok;
  const failure = wrongWords
    ? new CliError(error.message.replace(/^error: /, ''), exitCodes.badInput, 'see --help')
    : explainFailure(error);
  const { errorName, message, hint, problems } = failure;
  const isDetailed = args[0] === 'plan' && args.includes('--detailed-exitcode');
  const exitCode =
    isDetailed && failure.exitCode === exitCodes.badInput ? detailedExitCodes.badInput : failure.exitCode;
  // Commander has said its own errors already, with the nearest known word.
  if (!wrongWords) host.err(`${message}\n${hint === undefined ? '' : `${hint}\n`}`);
  if (args.includes('--json')) {
    printDocument(host, 'Error', {
      error: { name: errorName, message, ...defined({ advice: hint }), exitCode, ...defined({ problems }) },
    });
  }
  return exitCode;
}
