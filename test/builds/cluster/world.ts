import type { ConvergeOptions } from '../../../builds/cluster/converge';
import type { EksctlCommand } from '../../../builds/cluster/eksctl';
import type { ObservedCluster } from '../../../builds/cluster/cluster-change';
import { renderCluster } from '../../../builds/cluster/cluster-config';
import type { Stack } from '../../../adapters/aws/cloudformation';
import { ownerTag } from '../../../core/naming';
import { configurationWith, found } from '../support';
import { entriesOf, podIdentitiesOf } from './observed';

const desired = renderCluster(
  configurationWith({ admin_role_arns: ['arn:aws:iam::111122223333:role/platform'] }),
  found,
);
const ours = { [ownerTag]: 'acme' };

/** A world in which each look may show something else; the last one stays. */
export function world(given: {
  observed?: (ObservedCluster | undefined)[];
  stacks?: Record<string, (Stack | undefined)[]>;
  failures?: string[];
  eksctl?: (command: EksctlCommand) => void;
}) {
  const commands: string[] = [];
  const files: object[] = [];
  const said: string[] = [];
  const next = <T>(series: T[]): T | undefined => (series.length > 1 ? series.shift() : series[0]);
  const options: ConvergeOptions = {
    desired,
    observe: () => Promise.resolve(next(given.observed ?? [])),
    stacks: {
      find: (name) => Promise.resolve(next(given.stacks?.[name] ?? [])),
      list: (prefix) =>
        Promise.resolve(Object.keys(given.stacks ?? {}).filter((name) => name.startsWith(prefix))),
      failures: () => Promise.resolve(given.failures ?? []),
      remove: (name) => {
        commands.push(`delete stack ${name}`);
        return Promise.resolve();
      },
    },
    eksctl: (command) => {
      commands.push(command.args.slice(0, 2).join(' '));
      if (command.config !== undefined) files.push(command.config);
      given.eksctl?.(command);
      return Promise.resolve();
    },
    correctAccess: ({ principalArn }) => {
      commands.push(`correct ${principalArn}`);
      return Promise.resolve();
    },
    updateParts: (update) => {
      commands.push(update.kind);
      return Promise.resolve();
    },
    say: (line) => said.push(line),
    pollMs: 1,
    patienceMs: 50,
  };
  return { options, commands, files, said };
}

/** A cluster that is what is asked for, but for its status and tags. */
export const cluster = (
  status: string,
  tags: Record<string, string> = desired.metadata.tags,
): ObservedCluster => ({
  settings: {
    status,
    version: '1.35',
    tags,
    endpoint: { publicAccess: true, privateAccess: true, publicCidrs: ['0.0.0.0/0'] },
    logTypes: [...desired.cloudWatch.clusterLogging.enableTypes],
    secretsKeyArn: desired.secretsEncryption.keyARN,
  },
  nodeGroups: desired.managedNodeGroups.map((group) => ({
    name: group.name,
    status: 'ACTIVE',
    version: '1.35',
    tags: group.tags,
    scale: { minSize: group.minSize, maxSize: group.maxSize, desiredSize: group.desiredCapacity },
    issues: [],
  })),
  addons: desired.addons.map(({ name, configurationValues }) => ({
    name,
    status: 'ACTIVE',
    version: '1',
    configurationValues,
    issues: [],
    owner: 'acme',
  })),
  recommendedAddons: new Map(),
  accessEntries: entriesOf(desired),
  podIdentities: podIdentitiesOf(desired),
  hasOidcProvider: true,
});
/** The stack of that cluster. */
export const stack = (status: string, tags: Record<string, string> = ours): Stack => ({
  name: 'eksctl-acme-cluster',
  status,
  tags,
});
