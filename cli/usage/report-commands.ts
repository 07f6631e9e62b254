import type { Command } from 'commander';
import { withTarget, type CommandBuilder } from '../command-builder';

/** What shows, and changes nothing. */
export function addInsightCommands(program: Command, commands: CommandBuilder): void {
  withTarget(
    commands.add(
      program,
      {
        usage: 'access <name>',
        description: "Show who may do what in a deployment's cluster, and why.",
        examples: [
          'access acme',
          'access acme --user alice@acme.example',
          'access acme --namespace team-a --json',
          'access acme --format csv > access.csv',
          'access acme --format html > access.html',
        ],
      },
      async () => (await import('../commands/access')).access,
    ),
  )
    .option('--user <email>', 'only this user; also what their groups ask for and do not get')
    .option('--namespace <namespace>', 'only this namespace')
    .option(
      '--format <format>',
      'table, csv, html (a page that filters and tells why) or json; by default table',
    )
    .option('--kubeconfig <file>', "connect by a kubeconfig's current context, not by the AWS credentials");
}

/** What other systems are told. */
export function addCounterpartCommands(program: Command, commands: CommandBuilder): void {
  withTarget(
    commands.add(
      program,
      {
        usage: 'idp <name>',
        description:
          'Print what ADFS is told of a deployment, as a PowerShell script. Give a configuration in place of the name ' +
          'where nothing is provisioned yet.',
        examples: ['idp acme > trust.ps1', 'idp acme.yaml', 'idp acme --json'],
      },
      async () => (await import('../commands/idp')).idp,
    ),
  );
}

/** What one shows around. */
export function addReportCommand(program: Command, commands: CommandBuilder): void {
  withTarget(
    commands.add(
      program,
      {
        usage: 'report [name]',
        description:
          'Write a page about the latest execution of a deployment, or an execution by its ARN: what was asked for and ' +
          'made, a timeline, the plan, findings, and who may do what. One file, which asks nobody for anything.',
        interrupted: 'no page was written',
        examples: [
          'report acme',
          'report acme --out acme.html',
          'report --run arn:aws:states:…:execution:kubeflow-eks-provision:acme-20260102-030405',
        ],
      },
      async () => (await import('../commands/write-report')).report,
    ),
  )
    .option('--run <arn>', 'an execution, by its ARN')
    .option('--out <file>', 'where to write it; by default kubeflow-eks-<name>-<time>.html here')
    .option('--kubeconfig <file>', "connect by a kubeconfig's current context, not by the AWS credentials");
}
