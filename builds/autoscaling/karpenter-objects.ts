import type { BuildConfiguration } from '../../core/configuration';
import type { Autoscaling } from '../../core/configuration/autoscaling';
import type { Network } from '../../core/handover/found';
import { iamNames } from '../../core/iam-names';
import { deploymentTags, managedByLabel, product } from '../../core/naming';
import { nodeVolumeGiB } from '../../core/nodes/resources';
import type { KubernetesObject } from '../kubernetes/objects';
import { withoutName } from '../cluster/eksctl-tags';
import { nodeGroupLabel, type NodeGroupPurpose } from '../cluster/node-groups';

type Pool = Pick<
  Autoscaling['general'],
  'instance_families' | 'capacity_types' | 'zones' | 'consolidation' | 'consolidate_after_minutes'
>;

/** Kinds of Karpenter's API that are worked with, as kubectl takes them. */
export const karpenterKinds = {
  nodePool: 'nodepools.karpenter.sh',
  nodeClaim: 'nodeclaims.karpenter.sh',
  nodeClass: 'ec2nodeclasses.karpenter.k8s.aws',
} as const;

/** Of a node, its claim, its instance and its launch template: the pool that it is for. */
export const nodePoolLabel = 'karpenter.sh/nodepool';

const labels = { [managedByLabel.key]: managedByLabel.value };
const nodeClassName = product;

/** Of the nodes that are due, how many go at once. */
const atOnce = '10%';

/**
 * The kinds of nodes that Karpenter may make (EC2NodeClass and NodePool, karpenter.sh/v1).
 *
 * @param securityGroupId the one that EKS made for the cluster: with it nodes reach the control plane and each other
 */
export function karpenterObjects(
  configuration: BuildConfiguration & { autoscaling: Autoscaling },
  found: Network,
  securityGroupId: string,
): KubernetesObject[] {
  const { autoscaling } = configuration;
  const { general, gpu } = autoscaling;
  return [
    nodeClass(configuration, found, securityGroupId),
    nodePool('cpu', general, { cpu: String(general.max_vcpus), memory: `${general.max_memory_gib}Gi` }),
    ...(gpu === undefined ? [] : [nodePool('gpu', gpu, { 'nvidia.com/gpu': String(gpu.max_gpus) })]),
  ];
}

/** The pool of a purpose in words: what of, and up to how much. */
export function describePool(pool: KubernetesObject): string {
  const { template, limits } = pool['spec'] as {
    template: { spec: { requirements: { key: string; values: string[] }[] } };
    limits: Record<string, string>;
  };
  const valuesOf = (key: string): string =>
    template.spec.requirements.find((requirement) => requirement.key === key)?.values.join(', ') ?? '';
  const most = Object.entries(limits).map(([resource, amount]) =>
    resource === 'cpu' ? `${amount} vCPUs` : `${amount} ${resource === 'memory' ? 'of memory' : 'GPUs'}`,
  );
  const families = valuesOf('karpenter.k8s.aws/instance-family');
  return `the node pool ${pool.metadata.name}: from none up to ${most.join(' and ')}, ${valuesOf('karpenter.sh/capacity-type')}, of ${families}`;
}

function nodeClass(
  configuration: BuildConfiguration & { autoscaling: Autoscaling },
  found: Network,
  securityGroupId: string,
): KubernetesObject {
  const isPublic = configuration.associate_public_ip_address;
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name: nodeClassName, labels },
    spec: {
      amiSelectorTerms: [{ alias: `al2023@${configuration.autoscaling.ami_version}` }],
      // By its name and not a role, for which Karpenter would make a profile, and need the rights for it.
      instanceProfile: iamNames.autoscaledRole(configuration),
      // By ids: tags of subnets are shared with whoever else is in the VPC.
      subnetSelectorTerms: found.subnets[isPublic ? 'public' : 'private'].map(({ id }) => ({ id })),
      securityGroupSelectorTerms: [{ id: securityGroupId }],
      ...(isPublic && { associatePublicIPAddress: true }),
      // As on the nodes of the groups: one that answers no pod.
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpProtocolIPv6: 'disabled',
        httpPutResponseHopLimit: 1,
        httpTokens: 'required',
      },
      blockDeviceMappings: [
        {
          deviceName: '/dev/xvda',
          ebs: {
            volumeSize: `${nodeVolumeGiB}Gi`,
            volumeType: 'gp3',
            encrypted: true,
            deleteOnTermination: true,
          },
        },
      ],
      // Karpenter names the instances itself.
      tags: withoutName(deploymentTags(configuration)),
    },
  };
}

function nodePool(purpose: NodeGroupPurpose, pool: Pool, limits: Record<string, string>): KubernetesObject {
  const oneOf = (key: string, values: readonly string[]): object => ({
    key,
    operator: 'In',
    values: [...values],
  });
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: purpose === 'gpu' ? 'gpu' : 'general', labels },
    spec: {
      template: {
        metadata: { labels: { [nodeGroupLabel]: purpose } },
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClassName },
          requirements: [
            oneOf('kubernetes.io/os', ['linux']),
            oneOf('karpenter.k8s.aws/instance-family', pool.instance_families),
            oneOf('karpenter.sh/capacity-type', pool.capacity_types),
            ...(pool.zones === undefined ? [] : [oneOf('topology.kubernetes.io/zone', pool.zones)]),
          ],
          ...(purpose === 'gpu' && {
            taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }],
          }),
          // By default a node ends after 30 days, whatever runs on it. What is old goes by its image instead.
          expireAfter: 'Never',
        },
      },
      disruption: {
        consolidationPolicy: pool.consolidation === 'when-empty' ? 'WhenEmpty' : 'WhenEmptyOrUnderutilized',
        consolidateAfter: `${pool.consolidate_after_minutes}m`,
        budgets: [{ nodes: atOnce }],
      },
      limits,
    },
  };
}
