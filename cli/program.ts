import { Command, Option } from 'commander';
import { productVersion } from '../core/product-version';
import { CommandBuilder, withJson, withTarget } from './command-builder';
import { directoryKinds } from '../core/saml/directory-kinds';
import type { ExitCode } from './exit-codes';
import type { Host } from './host';

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

/** What helps at the terminal. */
function addShellCommands(program: Command, commands: CommandBuilder): void {
  commands.add(
    program,
    {
      usage: 'completion <shell>',
      description: 'Print the completion of commands and options for bash, zsh or fish.',
      examples: [
        'completion bash > ~/.local/share/bash-completion/completions/kubeflow-eks',
        'completion zsh > ~/.kubeflow-eks.zsh    (and in ~/.zshrc, after compinit: source ~/.kubeflow-eks.zsh)',
        'completion fish > ~/.config/fish/completions/kubeflow-eks.fish',
      ],
    },
    async () => {
      const { completion } = await import('./commands/completion');
      return (host: Host, shell: string) => completion(host, shell, program);
    },
  );
  program.helpCommand(false);
  commands.add(
    program,
    {
      usage: 'help [command...]',
      description: 'Show what a command does, its options and examples.',
      examples: ['help start', 'help local up'],
    },
    async () => {
      const { help } = await import('./commands/help');
      return (host: Host, names: readonly string[]) => help(host, names, program);
    },
  );
}

/** What needs a configuration and nothing else. */
function addFileCommands(program: Command, commands: CommandBuilder): void {
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
      async () => (await import('./commands/init')).init,
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
      async () => (await import('./commands/validate')).validate,
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
      async () => (await import('./commands/validate')).schema,
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
      async () => (await import('./commands/explain')).explain,
    ),
  ).requiredOption('--groups <groups>', 'the groups: a,b or the attribute of the user pool, [a,b]');
}

/** What starts executions and looks at them. */
function addExecutionCommands(program: Command, commands: CommandBuilder): void {
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
      async () => (await import('./commands/plan')).plan,
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
      async () => (await import('./commands/start')).start,
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
      async () => (await import('./commands/status')).status,
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
      async () => (await import('./commands/executions')).watch,
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
      async () => (await import('./commands/executions')).retry,
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
      async () => (await import('./commands/executions')).resync,
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
      async () => (await import('./commands/lock-out')).lockOut,
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
      async () => (await import('./commands/destroy')).destroy,
    ),
  )
    .option('--yes', 'do not ask')
    .option('--no-watch', 'do not follow the execution');
}

/** What shows, and changes nothing. */
function addInsightCommands(program: Command, commands: CommandBuilder): void {
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
      async () => (await import('./commands/access')).access,
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

/** What one shows around. */
function addReportCommand(program: Command, commands: CommandBuilder): void {
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
      async () => (await import('./commands/write-report')).report,
    ),
  )
    .option('--run <arn>', 'an execution, by its ARN')
    .option('--out <file>', 'where to write it; by default kubeflow-eks-<name>-<time>.html here')
    .option('--kubeconfig <file>', "connect by a kubeconfig's current context, not by the AWS credentials");
}

/** What other systems are told. */
function addCounterpartCommands(program: Command, commands: CommandBuilder): void {
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
      async () => (await import('./commands/idp')).idp,
    ),
  );
}

/** What would be applied. */
function addRenderCommands(program: Command, commands: CommandBuilder): void {
  const render = program.command('render').description('Print what a configuration would have applied.');
  withJson(
    commands.add(
      render,
      {
        usage: 'cluster <config>',
        description: 'Print the cluster as eksctl would be asked for it.',
        examples: ['render cluster examples/acme.yaml'],
      },
      async () => (await import('./commands/render')).renderCluster,
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
      async () => (await import('./commands/render')).renderKubeflow,
    ),
  ).option('--distribution <folder>', "a checkout of Kubeflow's distribution: its objects too, by kustomize");
}

/** What needs no AWS account. */
function addLocalCommands(program: Command, commands: CommandBuilder): void {
  withJson(
    commands.add(
      program,
      {
        usage: 'rehearse <config>',
        description: 'Rehearse a whole provisioning in a local region that is taken down afterwards.',
        examples: [
          'rehearse examples/acme.yaml --users examples/acme.users.yaml',
          'rehearse examples/acme.yaml --fail "Ensure app client" --retry',
          'rehearse examples/acme.yaml --users examples/acme.users.yaml --report acme.html',
          'rehearse examples/acme.yaml --chaos 42',
        ],
        mindsInterrupts: true,
      },
      async () => (await import('./commands/rehearse')).rehearse,
    ),
  )
    .option('--users <file>', 'sample users who log in afterwards (YAML)')
    .option('--fail <state>', "make that state's work fail for good at the first run")
    .option('--chaos [seed]', 'meet passing faults: throttles, cut connections, killed functions and builds')
    .option('--retry', 'redrive the execution when it has failed')
    .option('--keep-logs <folder>', "keep the region's data and logs in this folder")
    .option('--report <file>', 'write a page about it: timeline, plan, who may do what (HTML)')
    .option(
      '--distribution <folder>',
      'install this distribution, unpacked from mirror:pack, not a reduced one',
    );

  const local = program.command('local').description('The local region that stays up between commands.');
  withJson(
    commands.add(
      local,
      {
        usage: 'up <config>',
        description: "Bring a region up for the configuration's account and region.",
        interrupted: 'a region that was coming up is taken down again',
        examples: ['local up examples/acme.yaml'],
      },
      async () => (await import('./commands/local')).localUp,
    ),
  )
    .option('--port <port>', 'port of the AWS endpoint; by default a free one')
    .option('--users <file>', 'people of the directory, who can log in (YAML)')
    .option('--real-time', 'let waits take the time that they take on AWS');
  withJson(
    commands.add(
      local,
      {
        usage: 'down',
        description: 'Take the region down and remove what it kept.',
        interrupted: 'the region may be on its way down; see kubeflow-eks local status',
        examples: ['local down'],
      },
      async () => (await import('./commands/local')).localDown,
    ),
  );
  withJson(
    commands.add(
      local,
      {
        usage: 'status',
        description: 'Say whether a region is up, and where.',
        examples: ['local status'],
      },
      async () => (await import('./commands/local')).localStatus,
    ),
  );
  withJson(
    commands.add(
      local,
      {
        usage: 'login <email>',
        description: "Put a person into the directory of the region that is up, or change somebody's groups.",
        interrupted: 'the directory may have been changed already; running it again does no harm',
        examples: ['local login alice@acme.example --groups AWS-team-a,AWS-team-b-viewers'],
      },
      async () => (await import('./commands/local-login')).localLogin,
    ),
  ).option('--groups <names>', 'groups of the directory, with commas between them');
  withJson(
    commands.add(
      local,
      {
        usage: 'open <name>',
        description:
          'Open a deployment of the region that is up in a browser, through Envoy and oauth2-proxy.',
        examples: ['local open acme --as alice@acme.example', 'local open acme --print'],
        mindsInterrupts: true,
      },
      async () => (await import('./commands/local-login')).localOpen,
    ),
  )
    .option('--as <email>', 'as somebody of the directory, who is signed in there already')
    .option('--print', 'say how, and start no browser');
  addPrograms(local, commands);
}

/** What the local region builds. */
function addPrograms(local: Command, commands: CommandBuilder): void {
  const programs = commands.add(
    local,
    {
      usage: 'programs',
      description: 'List the programs that the region builds, and what is there of them.',
      examples: ['local programs', 'local programs build eksctl', 'local programs prune'],
    },
    async () => (await import('./commands/programs')).listPrograms,
  );
  withJson(programs);
  withJson(
    commands.add(
      programs,
      {
        usage: 'build [names...]',
        description: 'Build programs ahead of the step that needs them; all where none is named.',
        examples: ['local programs build', 'local programs build control-plane eksctl'],
        mindsInterrupts: true,
      },
      async () => (await import('./commands/programs')).buildPrograms,
    ),
  );
  withJson(
    commands.add(
      programs,
      {
        usage: 'prune',
        description: 'Take programs out of the cache that this checkout does not use.',
        interrupted: 'some programs may be gone already; what is missing is built when it is needed',
        examples: ['local programs prune', 'local programs prune --all'],
      },
      async () => (await import('./commands/programs')).prunePrograms,
    ),
  ).option('--all', 'those that it uses, too');
}
