import type { Command } from 'commander';
import { CliError, exitCodes, type ExitCode } from './exit-codes';
import type { Host } from './host';

type Action = (host: Host, ...args: never[]) => Promise<ExitCode>;

/** What a command is, beside what it does. */
export interface CommandText {
  /** Name and arguments: `start <config>`. */
  usage: string;
  description: string;
  /** Each without the program's name. */
  examples: readonly string[];
  /** Whether the command itself does something sensible when it is interrupted; others just end. */
  mindsInterrupts?: true;
  /** What is so where another one was interrupted; by default that nothing was changed. */
  interrupted?: string;
}

/** Adds commands to a program, and tells of the exit code of the one that ran. */
export class CommandBuilder {
  constructor(
    private readonly host: Host,
    private readonly done: (code: ExitCode) => void,
  ) {}

  /** Adds a command whose work is loaded only when it is used, so that `--help` and `validate` are quick. */
  add(parent: Command, text: CommandText, load: () => Promise<Action>): Command {
    const examples = text.examples.map((example) => `  kubeflow-eks ${example}`).join('\n');
    return parent
      .command(text.usage)
      .description(text.description)
      .addHelpText('after', `\nExamples:\n${examples}`)
      .action(async (...args: unknown[]) => {
        // Commander adds the command itself as the last argument.
        const work = load().then((run) => run(this.host, ...(args.slice(0, -1) as never[])));
        this.done(
          await (text.mindsInterrupts === true
            ? work
            : Promise.race([work, interruptOf(this.host, text.interrupted)])),
        );
      });
  }
}

function interruptOf({ signal }: Host, words = 'nothing was changed'): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new CliError(`interrupted; ${words}`, exitCodes.interrupted));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** A command whose result can be read by machines. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document on standard output');
}

/** A command that talks to AWS, or to the local region in its place. */
export function withTarget(command: Command): Command {
  return withJson(command)
    .option('--local', 'use the local region (see: local up)')
    .option('--profile <name>', 'AWS profile for the credentials')
    .option('--region <region>', 'AWS region; by default that of the configuration or of the environment');
}
