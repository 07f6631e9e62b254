import type { Cluster } from '../../adapters/aws/eks';
import type { NodeGroup } from '../../adapters/aws/eks-parts';
import { ownerTag } from '../../core/naming';

/** What the cluster build sees of a cluster. */
export interface Observed {
  cluster: Pick<Cluster, 'status' | 'version' | 'owner'> | undefined;
  nodeGroups: Readonly<Record<string, NodeGroup | undefined>>;
  addons: readonly string[];
}

/** The parts of the rendered ClusterConfig that can be changed on a cluster that is there. */
export interface Wanted {
  name: string;
  version: string;
  nodeGroups: readonly {
    name: string;
    instanceType: string;
    minSize: number;
    maxSize: number;
    desiredCapacity: number;
  }[];
  addons: readonly string[];
}

/** One call of eksctl. `$config` stands for the file with the ClusterConfig. */
export interface Step {
  why: string;
  arguments: readonly string[];
}

/**
 * What brings a cluster to what is configured; nothing when it is equal. Kubernetes is upgraded one minor version at a
 * time (EKS takes no other step), the control plane before its nodes.
 *
 * @throws Error for what cannot be changed in place, or is not ours: it says what to do
 */
export function planCluster(observed: Observed, wanted: Wanted): Step[] {
  const { cluster } = observed;
  if (cluster === undefined) {
    return [{ why: 'there is no cluster yet', arguments: ['create', 'cluster', '-f', '$config'] }];
  }
  if (cluster.owner !== wanted.name) {
    throw new Error(
      `a cluster named ${wanted.name} is there already and does not carry the tag ${ownerTag}=${wanted.name}; ` +
        'choose another eks_name, or tag that cluster if it is meant to be managed here',
    );
  }
  if (cluster.status === 'FAILED' || cluster.status === 'DELETING') {
    throw new Error(
      `the cluster ${wanted.name} is ${cluster.status}; ` +
        `delete what is left (eksctl delete cluster --name ${wanted.name} --wait) and retry this step`,
    );
  }
  return [...upgrades(cluster.version, wanted), ...nodeGroupSteps(observed, wanted), ...addonSteps(observed, wanted)];
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

function upgrades(actual: string, { name, version }: Wanted): Step[] {
  const from = minorOf(actual);
  const to = minorOf(version);
  if (from > to) {
    throw new Error(
      `the cluster ${name} runs Kubernetes ${actual}, newer than kubernetes_version ${version}; EKS cannot go back: correct the configuration`,
    );
  }
  return Array.from({ length: to - from }, (_, index) => `1.${from + index + 1}`).map((next) => ({
    why: `Kubernetes ${version} is configured, ${actual} runs`,
    arguments: ['upgrade', 'cluster', '--name', name, '--version', next, '--approve'],
  }));
}

function nodeGroupSteps({ nodeGroups }: Observed, { name, nodeGroups: wanted }: Wanted): Step[] {
  const missing = wanted.filter((group) => nodeGroups[group.name] === undefined);
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            why: `node groups are missing: ${missing.map((group) => group.name).join(', ')}`,
            arguments: ['create', 'nodegroup', '-f', '$config'],
          },
        ]),
    ...wanted.flatMap((group) => {
      const present = nodeGroups[group.name];
      if (present === undefined) return [];
      if (!present.instanceTypes.includes(group.instanceType)) {
        throw new Error(
          `the node group ${group.name} has ${present.instanceTypes.join(', ')}, ${group.instanceType} is configured; ` +
            `a node group cannot change its type: delete it (eksctl delete nodegroup --cluster ${name} --name ${group.name}), then retry this step`,
        );
      }
      const equal =
        present.minSize === group.minSize &&
        present.maxSize === group.maxSize &&
        // Between the bounds the number is the autoscaler's.
        present.desiredSize >= group.minSize &&
        present.desiredSize <= group.maxSize;
      return equal
        ? []
        : [
            {
              why: `the size of ${group.name} differs`,
              arguments: [
                'scale',
                'nodegroup',
                '--cluster',
                name,
                '--name',
                group.name,
                '--nodes-min',
                String(group.minSize),
                '--nodes-max',
                String(group.maxSize),
                '--nodes',
                String(group.desiredCapacity),
              ],
            },
          ];
    }),
  ];
}

function addonSteps({ addons }: Observed, { addons: wanted }: Wanted): Step[] {
  const missing = wanted.filter((addon) => !addons.includes(addon));
  return missing.length === 0
    ? []
    : [{ why: `add-ons are missing: ${missing.join(', ')}`, arguments: ['create', 'addon', '-f', '$config'] }];
}
