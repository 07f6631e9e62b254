import { createHash } from 'node:crypto';
import type { BuildConfiguration } from '../../core/configuration';
import { fittingRoleName, iamNames } from '../../core/iam-names';
import { nodeVolumeGiB } from '../../core/nodes/resources';
import { deploymentNames, deploymentTags, product } from '../../core/naming';
import { partitionOf } from '../../core/partitions';
import { awsPolicy } from './subnet-map';
import { withoutName } from './eksctl-tags';
import { defined } from '../../core/defined';

/** What a node group is for. */
export type NodeGroupPurpose = 'cpu' | 'gpu';

/** Tags by which a node group of ours is recognised. */
export const nodeGroupTags = {
  purpose: `${product}:node-group`,
  settings: `${product}:node-group-settings`,
} as const;

/** Label of a node with what its group is for. */
export const nodeGroupLabel = `${product}/node-group`;

/** A managed node group in a ClusterConfig. */
export interface ManagedNodeGroup {
  name: string;
  amiFamily: 'AmazonLinux2023';
  instanceTypes: string[];
  minSize: number;
  maxSize: number;
  desiredCapacity: number;
  volumeSize: number;
  volumeType: 'gp3';
  volumeEncrypted: true;
  disablePodIMDS: true;
  instanceName: string;
  privateNetworking: boolean;
  labels: Record<string, string>;
  taints?: { key: string; value: string; effect: 'NoSchedule' }[];
  tags: Record<string, string>;
  updateConfig: { maxUnavailablePercentage: number };
  ssh?: { allow: false; publicKeyName: string };
  iam: {
    instanceRoleName: string;
    attachPolicyARNs: string[];
    instanceRolePermissionsBoundary?: string;
  };
}

/**
 * AWS' policies of a node's role. It may do no more than join and pull images; the CNI and the storage driver have
 * identities of their own. AmazonSSMManagedInstanceCore is not here: it reads every parameter of the account's Parameter
 * Store.
 */
export const nodePolicies = ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'] as const;

/**
 * Of a group's nodes as many are replaced at once in an update, at least one: EKS replaces the next only when these are
 * there, which takes some five minutes, and starts the new ones first, so that nothing goes short.
 */
const updatedAtOnce = 33;

/**
 * The node groups of a configuration: the CPU one, and the GPU one where it is configured.
 *
 * Most settings of a managed node group cannot be changed. They are folded into a digest that the group carries as a
 * tag: changed settings are a new group beside the old one (see {@link besideOld}), which is drained and removed only
 * when the new one is there. A scale that changes keeps the group.
 */
export function renderNodeGroups(configuration: BuildConfiguration): ManagedNodeGroup[] {
  const { cpu_worker_type: workerType, gpu_node_group: gpu } = configuration;
  const groups = [
    nodeGroup(configuration, 'cpu', workerType, {
      minSize: configuration.nodegroup_min_size,
      maxSize: configuration.nodegroup_max_size,
      desiredCapacity: configuration.nodegroup_desired_size,
    }),
  ];
  if (gpu !== undefined) {
    groups.push(
      nodeGroup(configuration, 'gpu', gpu.worker_type, {
        minSize: gpu.min_size,
        maxSize: gpu.max_size,
        desiredCapacity: gpu.desired_size,
      }),
    );
  }
  return groups;
}

function nodeGroup(
  configuration: BuildConfiguration,
  purpose: NodeGroupPurpose,
  instanceType: string,
  scale: Pick<ManagedNodeGroup, 'minSize' | 'maxSize' | 'desiredCapacity'>,
): ManagedNodeGroup {
  const { eks_name: name, ssh_key_name: sshKey, permissions_boundary_arn: boundary } = configuration;
  const partition = partitionOf(configuration.region);
  const fixed = {
    amiFamily: 'AmazonLinux2023' as const,
    instanceTypes: [instanceType],
    volumeSize: nodeVolumeGiB,
    volumeType: 'gp3' as const,
    volumeEncrypted: true as const,
    // An instance metadata service that answers no pod (hop limit one, tokens required): a pod that reached it would be
    // its node, whose kubelet reads the secrets and mints the tokens of whatever runs there.
    disablePodIMDS: true as const,
    privateNetworking: !configuration.associate_public_ip_address,
    labels: { [nodeGroupLabel]: purpose },
    // Only what asks for a GPU may keep an expensive machine busy.
    ...(purpose === 'gpu'
      ? { taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' as const }] }
      : {}),
    // The key is on the nodes; no port is opened for it, which "allow: true" would do, to the whole world if public.
    ...(sshKey !== undefined && { ssh: { allow: false as const, publicKeyName: sshKey } }),
    policies: nodePolicies.map((policy) => awsPolicy(partition, policy)),
    ...defined({ boundary }),
  };
  const { policies: attachPolicyARNs, boundary: instanceRolePermissionsBoundary, ...settings } = fixed;
  const groupName = `${deploymentNames.nodeGroup(name)}${purpose === 'gpu' ? '-gpu' : ''}`;
  const role = iamNames.workerRole(configuration);
  return {
    name: groupName,
    ...settings,
    ...scale,
    updateConfig: { maxUnavailablePercentage: updatedAtOnce },
    // The tag Name of the instances, which eksctl sets itself: among `tags` it would be there twice.
    instanceName: groupName,
    tags: {
      ...withoutName(deploymentTags(configuration)),
      [`kubernetes.io/cluster/${name}`]: 'owned',
      [nodeGroupTags.purpose]: purpose,
      [nodeGroupTags.settings]: digestOf(fixed),
    },
    iam: {
      instanceRoleName: purpose === 'gpu' ? fittingRoleName(`${role}_gpu`) : role,
      attachPolicyARNs,
      ...defined({ instanceRolePermissionsBoundary }),
    },
  };
}

/** The same group under other names, to be made while its predecessor still has the usual ones. */
export function besideOld(group: ManagedNodeGroup): ManagedNodeGroup {
  const suffix = group.tags[nodeGroupTags.settings] ?? '';
  return {
    ...group,
    name: `${group.name}-${suffix}`,
    iam: { ...group.iam, instanceRoleName: fittingRoleName(`${group.iam.instanceRoleName}_${suffix}`) },
  };
}

/** Eight hexadecimal digits: the few changes in a cluster's life do not meet. */
function digestOf(settings: object): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 8);
}
