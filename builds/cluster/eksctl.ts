import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../support/command';
import type { Say } from '../support/say';
import type { ClusterConfig } from './cluster-config';
import type { ClusterChange } from './cluster-change';
import type { PartUpdate } from './part-updates';

/** The command line of eksctl for one change, with the configuration file that it reads, if it reads one. */
export interface EksctlCommand {
  args: string[];
  config?: object;
}

/** Long enough for a control plane and its nodes; eksctl gives up by itself. */
const timeout = '60m';

/** A cluster with its access entries; all else of it is made by commands of its own. */
export type ClusterAlone = Omit<ClusterConfig, 'managedNodeGroups' | 'addons' | 'iam'> & {
  iam: Omit<ClusterConfig['iam'], 'podIdentityAssociations'>;
};

/**
 * The command that creates a cluster, without what has tags of its own. eksctl gives each stack the tags of the cluster
 * and appends those of the node group or pod identity that the stack is for, into which it has copied the cluster's
 * before: CloudFormation, which has begun to refuse a key that is there twice, would get every key twice. So it would for
 * an add-on with a pod identity: where a cluster is created with the VPC CNI, eksctl updates that at once, by a change set
 * with each tag twice.
 */
export function createCommand(desired: ClusterConfig): EksctlCommand {
  const { managedNodeGroups: _groups, addons: _addons, iam, ...rest } = desired;
  const { podIdentityAssociations: _identities, ...ownIam } = iam;
  const config: ClusterAlone = { ...rest, iam: ownIam };
  return { args: ['create', 'cluster', '--timeout', timeout], config };
}

/**
 * The command that removes a cluster with all its stacks. EKS drains managed node groups itself.
 *
 * @param force goes on where eksctl cannot look into the cluster: it lists Services and Ingresses first, to remove their
 *   load balancers, and would give up without access or answer (eksctl, `pkg/elb/cleanup.go`)
 */
export function deleteCommand(
  { name, region }: Pick<ClusterConfig['metadata'], 'name' | 'region'>,
  { force }: { force: boolean },
): EksctlCommand {
  const flags = ['--wait', ...(force ? ['--force'] : [])];
  return { args: ['delete', 'cluster', '--name', name, '--region', region, ...flags] };
}

/** A change that eksctl does; the others go through the EKS API. */
export type EksctlChange = Exclude<ClusterChange, { kind: 'correct access entry' } | PartUpdate>;

/** The command of one change of a plan. */
export function changeCommand(change: EksctlChange, desired: ClusterConfig): EksctlCommand {
  const { name, region } = desired.metadata;
  const cluster = ['--cluster', name, '--region', region];
  // A configuration file may name only what the command is about, beside the cluster.
  const about = (part: Partial<ClusterConfig>, metadata: object = desired.metadata): object => ({
    apiVersion: desired.apiVersion,
    kind: desired.kind,
    metadata,
    ...part,
  });
  // For what has all tags itself: see createCommand.
  const { tags: _tags, ...untagged } = desired.metadata;
  switch (change.kind) {
    case 'upgrade control plane':
      return {
        args: [
          'upgrade',
          'cluster',
          '--name',
          name,
          '--region',
          region,
          '--version',
          change.to,
          '--approve',
          '--timeout',
          timeout,
        ],
      };
    case 'create add-ons':
      return { args: ['create', 'addon'], config: about({ addons: change.addons }) };
    case 'set endpoint access':
      return {
        args: ['utils', 'update-cluster-vpc-config', '--approve'],
        config: about({ vpc: change.config }),
      };
    case 'set log types':
      return {
        args: ['utils', 'update-cluster-logging', '--approve'],
        config: about({ cloudWatch: { clusterLogging: { enableTypes: change.types } } }),
      };
    case 'encrypt secrets':
      return {
        args: ['utils', 'enable-secrets-encryption', ...cluster, '--key-arn', change.keyArn, '--approve'],
      };
    case 'create OIDC provider':
      return { args: ['utils', 'associate-iam-oidc-provider', ...cluster, '--approve'] };
    case 'create access entries':
      return {
        args: ['create', 'accessentry'],
        config: about({ accessConfig: { ...desired.accessConfig, accessEntries: change.entries } }),
      };
    case 'remove access entry':
      return { args: ['delete', 'accessentry', ...cluster, '--principal-arn', change.principalArn] };
    case 'remove pod identity':
      return {
        args: [
          ...['delete', 'podidentityassociation', ...cluster, '--namespace', change.namespace],
          ...['--service-account-name', change.serviceAccount],
        ],
      };
    case 'create pod identities':
      return {
        args: ['create', 'podidentityassociation'],
        config: about({ iam: { ...desired.iam, podIdentityAssociations: change.associations } }, untagged),
      };
    case 'create node group':
      return {
        // The plugin is ours to install: eksctl takes its image from NVIDIA's registry alone (`device-plugin.ts`).
        args: ['create', 'nodegroup', '--timeout', timeout, '--install-nvidia-plugin=false'],
        config: about({ vpc: desired.vpc, managedNodeGroups: [change.group] }, untagged),
      };
    case 'scale node group': {
      const { minSize, maxSize, desiredSize } = change.scale;
      return {
        args: [
          ...['scale', 'nodegroup', ...cluster, '--name', change.name, '--wait', '--timeout', timeout],
          ...['--nodes', String(desiredSize), '--nodes-min', String(minSize), '--nodes-max', String(maxSize)],
        ],
      };
    }
    case 'remove failed node group':
    case 'remove node group':
      // Pods are moved to the new group first; --disable-eviction is not given, so disruption budgets are kept.
      return {
        args: [
          ...['delete', 'nodegroup', ...cluster, '--name', change.name],
          ...['--drain', '--wait', '--timeout', timeout],
        ],
      };
  }
}

/** Runs eksctl. Injected. */
export type Eksctl = (command: EksctlCommand) => Promise<void>;

/** Runs the real eksctl, showing what it says. */
export function eksctl(run: Run, say: Say): Eksctl {
  return async ({ args, config }) => {
    say(`eksctl ${args.join(' ')}${config === undefined ? '' : ' -f (rendered)'}`);
    const folder = await mkdtemp(join(tmpdir(), 'eksctl-'));
    try {
      const file = join(folder, 'cluster.yaml');
      // JSON is YAML.
      if (config !== undefined) await writeFile(file, JSON.stringify(config, undefined, 2));
      await run('eksctl', config === undefined ? args : [...args, '-f', file], { show: true });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
