import { Command, CommanderError } from 'commander';
import type { ExitCode } from './exit-codes';
import type { Host } from './host';

type Action = (host: Host, ...args: never[]) => Promise<ExitCode>;

/**
 * The command line. Each command is loaded when it is used, so that `--help` and `validate` are quick.
 *
 * @param done told the exit code of the command that ran
 */
export function buildProgram(host: Host, done: (code: ExitCode) => void): Command {
  const program = new Command('kubeflow-eks')
    .description('Multi-user Kubeflow on Amazon EKS behind the corporate login.')
    .configureOutput({
      writeOut: (text) => {
        host.out(text);
      },
      writeErr: (text) => {
        host.err(text);
      },
    })
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for the options and examples)');

  /** Adds a command whose work is loaded only when it is used. */
  const command = <A extends Action>(
    parent: Command,
    usage: string,
    description: string,
    examples: readonly string[],
    load: () => Promise<A>,
  ): Command =>
    parent
      .command(usage)
      .description(description)
      .addHelpText(
        'after',
        `\nExamples:\n${examples.map((example) => `  kubeflow-eks ${example}`).join('\n')}`,
      )
      .action(async (...args: unknown[]) => {
        const run = await load();
        // Commander adds the command itself as the last argument.
        done(await run(host, ...(args.slice(0, -1) as never[])));
      });
  const json = (added: Command): Command =>
    added.option('--json', 'print one JSON document on standard output');
  const target = (added: Command): Command =>
    json(added)
      .option('--local', 'use the local region (see: local up)')
      .option('--profile <name>', 'AWS profile for the credentials')
      .option('--region <region>', 'AWS region; by default that of the configuration or of the environment');

  json(
    command(
      program,
      'validate <config>',
      'Check a configuration: every problem in one answer. Touches nothing.',
      ['validate examples/acme.yaml', 'validate examples/acme.yaml --json'],
      async () => (await import('./commands/validate')).validate,
    ),
  );
  command(
    program,
    'schema',
    'Print the JSON Schema of a configuration, for editors.',
    ['schema > kubeflow-eks.schema.json'],
    async () => (await import('./commands/validate')).schema,
  );
  target(
    command(
      program,
      'start <config>',
      'Start provisioning. What is there already is kept, what differs is changed.',
      ['start acme.yaml --watch', 'start acme.yaml --print-input', 'start acme.yaml --local --watch'],
      async () => (await import('./commands/start')).start,
    ),
  )
    .option('--watch', 'follow the execution to its end')
    .option('--name <name>', 'name of the execution; by default <eks_name>-<date>-<time>')
    .option('--print-input', 'print the execution input, for the console or the API, and start nothing');
  target(
    command(
      program,
      'status <name>',
      'Show the steps of the latest execution of a deployment, or of an execution by its ARN.',
      ['status acme', 'status arn:aws:states:…:execution:kubeflow-eks-provision:acme-20260102-030405 --json'],
      async () => (await import('./commands/executions')).status,
    ),
  );
  target(
    command(
      program,
      'watch <name>',
      'Follow the latest execution of a deployment, or an execution by its ARN, to its end.',
      ['watch acme', 'watch acme --local'],
      async () => (await import('./commands/executions')).watch,
    ),
  );
  target(
    command(
      program,
      'retry <name>',
      'Redrive the failed execution of a deployment: it goes on at the step that failed.',
      ['retry acme', 'retry acme --no-watch'],
      async () => (await import('./commands/executions')).retry,
    ),
  ).option('--no-watch', 'do not follow the execution');
  target(
    command(
      program,
      'resync [name]',
      'Make access what the directory says, for one deployment or for all.',
      ['resync acme', 'resync'],
      async () => (await import('./commands/executions')).resync,
    ),
  ).option('--no-watch', 'do not follow the execution');
  json(
    command(
      program,
      'rehearse <config>',
      'Rehearse a whole provisioning in a local region that is taken down afterwards.',
      [
        'rehearse examples/acme.yaml --users examples/acme.users.yaml',
        'rehearse examples/acme.yaml --fail "Ensure app client" --retry',
      ],
      async () => (await import('./commands/rehearse')).rehearse,
    ),
  )
    .option('--users <file>', 'sample users who log in afterwards (YAML)')
    .option('--fail <state>', "make that state's work fail for good at the first run")
    .option('--retry', 'redrive the execution when it has failed')
    .option('--keep-logs <folder>', "keep the region's data and logs in this folder");

  json(
    command(
      program,
      'explain <config>',
      "Show what a list of directory groups would give under the configuration's rules, and why. Offline.",
      [
        'explain examples/acme.yaml --groups AWS-team-a,AWS-team-b-viewers',
        'explain acme.yaml --groups "[AWS-team-a,AWS-Data+Science]"   (as the user pool has them)',
      ],
      async () => (await import('./commands/explain')).explain,
    ),
  ).requiredOption('--groups <groups>', 'the groups: a,b or the attribute of the user pool, [a,b]');

  const local = program.command('local').description('The local region that stays up between commands.');
  json(
    command(
      local,
      'up <config>',
      "Bring a region up for the configuration's account and region.",
      ['local up examples/acme.yaml'],
      async () => (await import('./commands/local')).localUp,
    ),
  )
    .option('--port <port>', 'port of the AWS endpoint; by default a free one')
    .option('--real-time', 'let waits take the time that they take on AWS');
  json(
    command(
      local,
      'down',
      'Take the region down and remove what it kept.',
      ['local down'],
      async () => (await import('./commands/local')).localDown,
    ),
  );
  json(
    command(
      local,
      'status',
      'Say whether a region is up, and where.',
      ['local status'],
      async () => (await import('./commands/local')).localStatus,
    ),
  );
  return program;
}

export { CommanderError };
