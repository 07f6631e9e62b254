import { Option, type Command } from 'commander';
import { directoryKinds } from '../../core/saml/directory-kinds';
import { withJson, withTarget, type CommandBuilder } from '../command-builder';

/** What needs a configuration and nothing else. */
export function addFileCommands(program: Command, commands: CommandBuilder): void {
  withTarget(
    commands.add(
      program,
      {
        usage: 'init [config]',
        description:
          'Write a configuration: asks for what cannot be guessed, and offers what the account has. ' +
          'By default into <eks_name>.yaml.',
        interrupted: 'no file was written',
        examples: [
          'init',
          'init acme.yaml --from terraform.tfvars',
          'init --yes --eks-name acme --domain ml.acme.example --adfs-url adfs.acme.example',
          'init --directory okta --metadata https://acme.okta.com/app/exk1/sso/saml/metadata',
        ],
      },
      async () => (await import('../commands/init')).init,
    ),
  )
    .option('--from <file>', "take the variables of the Terraform sample's terraform.tfvars over")
    .option('--yes', 'ask nothing: take what is given and what there is one of')
    .option('--force', 'write over a file that is there')
    .option('--account-id <id>', 'the AWS account; by default that of the credentials')
    .option('--eks-name <name>', 'name of the deployment')
    .option('--vpc-id <id>', 'the VPC')
    .option('--kms-key-arn <arn>', "the key that encrypts the cluster's secrets")
    .option('--domain <domain>', 'the domain of the hosted zone, or one below it')
    .option('--adfs-url <host>', 'host name of ADFS')
    .addOption(
      new Option('--directory <kind>', 'what people log in with, if it is not ADFS').choices(directoryKinds),
    )
    .option('--metadata <url>', "address of that directory's SAML metadata");
  withJson(
    commands.add(
      program,
      {
        usage: 'validate <config>',
        description: 'Check a configuration: every problem in one answer. Touches nothing.',
        examples: ['validate examples/acme.yaml', 'validate examples/acme.yaml --json'],
      },
      async () => (await import('../commands/validate')).validate,
    ),
  );
  commands
    .add(
      program,
      {
        usage: 'schema',
        description: 'Print the JSON Schema of a configuration, for editors, or of what a command prints.',
        examples: [
          'schema > kubeflow-eks.schema.json',
          'schema --of status',
          'schema --of "local programs" > programs.schema.json',
        ],
      },
      async () => (await import('../commands/validate')).schema,
    )
    .option('--of <command>', 'of the document that this command prints with --json');
  withJson(
    commands.add(
      program,
      {
        usage: 'explain <config>',
        description:
          "Show what a list of directory groups would give under the configuration's rules, and why. Offline.",
        examples: [
          'explain examples/acme.yaml --groups AWS-team-a,AWS-team-b-viewers',
          'explain acme.yaml --groups "[AWS-team-a,AWS-Data+Science]"   (as the user pool has them)',
        ],
      },
      async () => (await import('../commands/explain')).explain,
    ),
  ).requiredOption('--groups <groups>', 'the groups: a,b or the attribute of the user pool, [a,b]');
}

/** What would be applied. */
export function addRenderCommands(program: Command, commands: CommandBuilder): void {
  const render = program.command('render').description('Print what a configuration would have applied.');
  withJson(
    commands.add(
      render,
      {
        usage: 'cluster <config>',
        description: 'Print the cluster as eksctl would be asked for it.',
        examples: ['render cluster examples/acme.yaml'],
      },
      async () => (await import('../commands/render')).renderCluster,
    ),
  );
  withJson(
    commands.add(
      render,
      {
        usage: 'kubeflow <config>',
        description: 'Print what would be applied to the cluster, in order.',
        examples: [
          'render kubeflow examples/acme.yaml',
          'render kubeflow acme.yaml --distribution ../community-distribution',
        ],
      },
      async () => (await import('../commands/render')).renderKubeflow,
    ),
  ).option('--distribution <folder>', "a checkout of Kubeflow's distribution: its objects too, by kustomize");
}
