import type { Command } from 'commander';
import { nearestKey } from '../../core/configuration/problems';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import type { Host } from '../host';

/** `help [COMMAND…]`: the help of a command, of one below another too. */
export function help(host: Host, names: readonly string[], program: Command): Promise<ExitCode> {
  let command = program;
  for (const name of names) {
    const found = command.commands.find((candidate) => candidate.name() === name);
    if (found === undefined) {
      const known = command.commands.map((candidate) => candidate.name());
      const nearest = nearestKey(name, known);
      throw new CliError(
        `there is no command "${names.join(' ')}"`,
        exitCodes.badInput,
        nearest === undefined ? `there are ${known.join(', ')}` : `did you mean "${nearest}"?`,
      );
    }
    command = found;
  }
  command.outputHelp();
  return Promise.resolve(exitCodes.ok);
}
