import type { Command } from 'commander';
import { withTarget, type CommandBuilder } from '../command-builder';

/** What starts executions and looks at them. */
export function addExecutionCommands(program: Command, commands: CommandBuilder): void {
  withTarget(
    commands.add(
      program,
      {
        usage: 'plan <config>',
        description:
          'Show what start would create, change and leave. Changes nothing, not even the lock. Give the name of a ' +
          'deployment in place of its configuration to see what is not as it was provisioned.',
        examples: [
          'plan acme.yaml',
          'plan acme',
          'plan acme.yaml --json',
          'plan acme.yaml --detailed-exitcode --local',
        ],
        mindsInterrupts: true,
      },
      async () => (await import('../commands/plan')).plan,
    ),
  )
    .option(
      '--detailed-exitcode',
      'end with 2 where there is something to do, with 0 where there is nothing, else as an error',
    )
    .option('--name <name>', 'name of the execution; by default <eks_name>-<date>-<time>');
  withTarget(
    commands.add(
      program,
      {
        usage: 'start <config>',
        description: 'Start provisioning. What is there already is kept, what differs is changed.',
        examples: [
          'start acme.yaml --watch',
          'start acme.yaml --print-input',
          'start acme.yaml --local --watch',
        ],
        mindsInterrupts: true,
      },
      async () => (await import('../commands/start')).start,
    ),
  )
    .option('--watch', 'follow the execution to its end')
    .option('--name <name>', 'name of the execution; by default <eks_name>-<date>-<time>')
    .option('--print-input', 'print the execution input, for the console or the API, and start nothing');
  withTarget(
    commands.add(
      program,
      {
        usage: 'status [name]',
        description:
          'Show the steps of the latest execution of a deployment, or of an execution by its ARN; without a name, every deployment.',
        examples: [
          'status',
          'status acme',
          'status arn:aws:states:…:execution:kubeflow-eks-provision:acme-20260102-030405 --json',
        ],
      },
      async () => (await import('../commands/status')).status,
    ),
  );
  withTarget(
    commands.add(
      program,
      {
        usage: 'watch <name>',
        description: 'Follow the latest execution of a deployment, or an execution by its ARN, to its end.',
        examples: ['watch acme', 'watch acme --local'],
        mindsInterrupts: true,
      },
      async () => (await import('../commands/executions')).watch,
    ),
  );
  withTarget(
    commands.add(
      program,
      {
        usage: 'retry <name>',
        description:
          'Redrive the failed execution of a deployment: it goes on at the step that failed. Asks where it is a destroy.',
        examples: ['retry acme', 'retry acme --no-watch', 'retry acme --yes'],
        mindsInterrupts: true,
      },
      async () => (await import('../commands/executions')).retry,
    ),
  )
    .option('--yes', 'do not ask where it is a destroy that goes on')
    .option('--no-watch', 'do not follow the execution');
  withTarget(
    commands.add(
      program,
      {
        usage: 'resync [name]',
        description: 'Make access what the directory says, for one deployment or for all.',
        examples: ['resync acme', 'resync'],
        mindsInterrupts: true,
      },
      async () => (await import('../commands/executions')).resync,
    ),
  ).option('--no-watch', 'do not follow the execution');
  withTarget(
    commands.add(
      program,
      {
        usage: 'lock-out <name> <email>',
        description:
          'End what a person can do in a deployment: disable and sign out in the pool, resync, and say what is left.',
        examples: ['lock-out acme eve@acme.example', 'lock-out acme eve@acme.example --json --no-resync'],
        mindsInterrupts: true,
      },
      async () => (await import('../commands/lock-out')).lockOut,
    ),
  )
    .option('--no-resync', 'leave the grants to the next resync')
    .option('--kubeconfig <file>', "connect by a kubeconfig's current context, not by the AWS credentials");
  withTarget(
    commands.add(
      program,
      {
        usage: 'destroy <name>',
        description:
          'Take away all that was made for a deployment, and nothing else. Asks for its name. ' +
          'Give its configuration in place of its name where its provisioning never ended.',
        examples: ['destroy acme', 'destroy acme --yes', 'destroy acme.yaml'],
        mindsInterrupts: true,
      },
      async () => (await import('../commands/destroy')).destroy,
    ),
  )
    .option('--yes', 'do not ask')
    .option('--no-watch', 'do not follow the execution');
}
