import { Command } from 'commander';
import { productVersion } from '../core/product-version';
import { CommandBuilder } from './command-builder';
import type { ExitCode } from './exit-codes';
import type { Host } from './host';
import { addExecutionCommands } from './usage/execution-commands';
import { addFileCommands, addRenderCommands } from './usage/file-commands';
import { addLocalCommands } from './usage/local-commands';
import { addCounterpartCommands, addInsightCommands, addReportCommand } from './usage/report-commands';
import { addShellCommands } from './usage/shell-commands';

const afterHelp = `
Exit codes:
  0 done   1 the execution failed   2 wrong words or configuration, nothing was done
  3 another execution is at work   4 not found   5 no credentials, rights or connection
  130 interrupted
Of plan --detailed-exitcode, as Terraform's: 0 nothing to do, 2 something to do, 1 wrong words or a problem.

Every command takes --help, with examples. docs/operate/ says what to do when something fails.`;

/**
 * The command line.
 *
 * @param done told the exit code of the command that ran
 */
export function buildProgram(host: Host, done: (code: ExitCode) => void): Command {
  const program = new Command('kubeflow-eks')
    .description('Multi-user Kubeflow on Amazon EKS behind the corporate login.')
    .version(productVersion, '--version', 'print the version')
    .configureOutput({
      writeOut: (text) => {
        host.out(text);
      },
      writeErr: (text) => {
        host.err(text);
      },
    })
    .exitOverride()
    // `local programs` has options, and commands below it that have the same.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for the options and examples)')
    .addHelpText('after', afterHelp);
  const commands = new CommandBuilder(host, done);
  addFileCommands(program, commands);
  addExecutionCommands(program, commands);
  addInsightCommands(program, commands);
  addCounterpartCommands(program, commands);
  addReportCommand(program, commands);
  addRenderCommands(program, commands);
  addLocalCommands(program, commands);
  addShellCommands(program, commands);
  return program;
}
