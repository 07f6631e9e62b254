import type { Command } from 'commander';
import { withJson, type CommandBuilder } from '../command-builder';

/** What needs no AWS account. */
export function addLocalCommands(program: Command, commands: CommandBuilder): void {
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
      async () => (await import('../commands/rehearse')).rehearse,
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
      async () => (await import('../commands/local')).localUp,
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
      async () => (await import('../commands/local')).localDown,
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
      async () => (await import('../commands/local')).localStatus,
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
      async () => (await import('../commands/local-login')).localLogin,
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
      async () => (await import('../commands/local-login')).localOpen,
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
    async () => (await import('../commands/programs')).listPrograms,
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
      async () => (await import('../commands/programs')).buildPrograms,
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
      async () => (await import('../commands/programs')).prunePrograms,
    ),
  ).option('--all', 'those that it uses, too');
}
