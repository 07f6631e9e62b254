import { parseArgs } from 'node:util';

/** Every flag that the builds give, with whether it has a value. */
const flags = {
  'config-file': { type: 'string', short: 'f' },
  name: { type: 'string' },
  cluster: { type: 'string' },
  region: { type: 'string' },
  namespace: { type: 'string' },
  'service-account-name': { type: 'string' },
  'principal-arn': { type: 'string' },
  'key-arn': { type: 'string' },
  version: { type: 'string' },
  'kubernetes-version': { type: 'string' },
  timeout: { type: 'string' },
  nodes: { type: 'string' },
  'nodes-min': { type: 'string' },
  'nodes-max': { type: 'string' },
  'install-nvidia-plugin': { type: 'string' },
  approve: { type: 'boolean' },
  wait: { type: 'boolean' },
  drain: { type: 'boolean' },
  force: { type: 'boolean' },
} as const;

type Flag = keyof typeof flags;

/** Flags of the commands that read a configuration file, or are told which cluster. */
const general = ['cluster', 'region', 'config-file', 'timeout'] as const satisfies Flag[];

/**
 * The commands, and of each the flags that eksctl has for it (eksctl 0.230, `pkg/ctl/<verb>/<noun>.go`) among those
 * above. A flag that a command does not have is an error there, so it is one here.
 */
const commands = {
  version: [],
  'create cluster': [
    'name',
    'region',
    'version',
    'config-file',
    'timeout',
    'nodes',
    'nodes-min',
    'nodes-max',
  ],
  'create nodegroup': [
    ...general,
    'name',
    'version',
    'nodes',
    'nodes-min',
    'nodes-max',
    'install-nvidia-plugin',
  ],
  'create addon': [...general, 'name', 'version', 'wait'],
  'create accessentry': [...general, 'principal-arn'],
  'create podidentityassociation': [...general, 'namespace', 'service-account-name'],
  'update addon': [...general, 'name', 'version', 'wait'],
  'upgrade cluster': ['name', 'region', 'version', 'config-file', 'approve', 'timeout'],
  'upgrade nodegroup': ['cluster', 'region', 'name', 'kubernetes-version', 'wait', 'timeout'],
  'scale nodegroup': [...general, 'name', 'nodes', 'nodes-min', 'nodes-max', 'wait'],
  'delete nodegroup': [...general, 'name', 'drain', 'wait', 'approve'],
  'delete accessentry': ['cluster', 'region', 'config-file', 'principal-arn'],
  'delete podidentityassociation': [...general, 'namespace', 'service-account-name'],
  'delete cluster': ['name', 'region', 'config-file', 'wait', 'timeout', 'force'],
  'utils associate-iam-oidc-provider': ['cluster', 'region', 'config-file', 'approve'],
  'utils enable-secrets-encryption': [...general, 'key-arn', 'approve'],
  'utils update-cluster-vpc-config': ['cluster', 'region', 'config-file', 'approve'],
  'utils update-cluster-logging': [...general, 'approve'],
} as const satisfies Record<string, readonly Flag[]>;

export type CommandName = keyof typeof commands;

export interface Command {
  name: CommandName;
  given: Partial<Record<Flag, string | boolean>>;
}

/** @throws Error for a command that is not known here, and for a flag that eksctl's command does not have */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: true,
    options: flags,
  });
  const name = positionals.join(' ');
  if (!Object.hasOwn(commands, name))
    throw new Error(`the local region's eksctl does not know "eksctl ${name}"`);
  const known: readonly string[] = commands[name as CommandName];
  const unknown = Object.keys(values).find((flag) => !known.includes(flag));
  if (unknown !== undefined) throw new Error(`unknown flag: --${unknown}`);
  return { name: name as CommandName, given: values };
}

/** An option that the command cannot do without. */
export function required({ name, given }: Command, flag: Flag): string {
  const value = given[flag];
  if (typeof value === 'string') return value;
  throw new Error(`--${flag} must be set for eksctl ${name}`);
}
