import type { Command } from 'commander';
import { completionScript, shells } from '../completion-scripts';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import type { Host } from '../host';

/** `completion SHELL`: what a shell reads to complete commands and options. */
export function completion(host: Host, name: string, program: Command): Promise<ExitCode> {
  const shell = shells.find((candidate) => candidate === name);
  if (shell === undefined) {
    throw new CliError(
      `there is no completion for "${name}"`,
      exitCodes.badInput,
      `the shells are ${shells.join(', ')}`,
    );
  }
  host.out(completionScript(shell, program));
  return Promise.resolve(exitCodes.ok);
}
