#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { replay } from './replay';
import { start, type StartOptions } from './start';
import { validate } from './validate';

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('expected a whole number from 0 (any free port) to 65535');
  return port;
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('expected the 12 digits of an AWS account');
  return text;
}

const program = new Command('step-functions-local')
  .description(
    'AWS Step Functions on this machine: JSONata state machines, redrive, the histories of the service.',
  )
  .exitOverride()
  .showHelpAfterError('(add --help for usage)');

program
  .command('start')
  .description('serve the Step Functions API on loopback, for any AWS SDK or the AWS CLI')
  .option('--port <number>', 'port; 0 takes a free one', portNumber, 8083)
  .option('--region <name>', 'region', 'us-east-1')
  .option('--account <id>', 'account', accountId, '123456789012')
  .option('--data <folder>', 'keep executions there, and go on with those that are there')
  .option('--endpoint <url>', 'where Task states call AWS APIs, such as an emulator')
  .addOption(
    new Option('--clock <kind>', 'real, or virtual: waits pass at once')
      .choices(['real', 'virtual'])
      .default('real'),
  )
  .addHelpText(
    'after',
    `
Example:
  $ npm start -w step-functions-local -- --endpoint http://127.0.0.1:5000 --data ./executions
  $ aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083`,
  )
  .action((options: StartOptions) => start(options));

program
  .command('replay')
  .description('run recorded executions again and compare events and outputs')
  .argument('<folder>', 'folder of recordings (*.json)')
  .option('--json', 'one JSON document on standard output')
  .action(async (folder: string, options: { json?: boolean }) => {
    process.exitCode = await replay(folder, options);
  });

program
  .command('validate')
  .description('say what CreateStateMachine would refuse of a definition')
  .argument('<file>', 'definition as JSON')
  .option('--json', 'the findings as JSON')
  .action((file: string, options: { json?: boolean }) => {
    process.exitCode = validate(file, options);
  });

program.parseAsync().catch((error: unknown) => {
  const { exitCode, code, message } = error as { exitCode?: number; code?: string; message: string };
  // Commander has printed its own; help that was asked for is no failure.
  if (code?.startsWith('commander.')) process.exitCode = exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${message}\n`);
    process.exitCode = 2;
  }
});
