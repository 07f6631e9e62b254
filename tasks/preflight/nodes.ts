import {
  readMetadataDefault,
  zonesOffering,
  type InstanceType,
  type MetadataDefault,
} from '../../adapters/aws/ec2-instances';
import { listKubernetesVersions } from '../../adapters/aws/eks-versions';
import type { AwsClients } from '../../adapters/aws/clients';
import type { TaskContext } from '../support/context';
import type { Finding } from './findings';

export interface NodeSettings {
  cpu_worker_type: string;
  gpu_node_group?: { worker_type: string } | undefined;
  kubernetes_version: string;
  kubeflow: { components: readonly string[] };
}

/**
 * What EC2 and EKS would say of the nodes and the version only once the control plane stands.
 *
 * @param types the configured instance types that there are
 * @param zones the availability zones of the subnets in which nodes stand; none where these are not known
 * @param running the version of the cluster, if there is one: it needs no longer be one of which EKS makes clusters
 */
export async function checkNodes(
  context: TaskContext,
  { cpu_worker_type, gpu_node_group, kubernetes_version: version, kubeflow }: NodeSettings,
  types: ReadonlyMap<string, InstanceType>,
  zones: readonly string[],
  running: string | undefined,
): Promise<Finding[]> {
  const { clients } = context;
  const needsAmd64 = kubeflow.components.includes('pipelines');
  const [cpu, gpu, versions, metadata] = await Promise.all([
    checkType(
      clients,
      { path: 'cpu_worker_type', type: cpu_worker_type, known: types.get(cpu_worker_type), needsAmd64 },
      zones,
    ),
    gpu_node_group === undefined
      ? []
      : checkType(
          clients,
          {
            path: 'gpu_node_group.worker_type',
            type: gpu_node_group.worker_type,
            known: types.get(gpu_node_group.worker_type),
            needsAmd64,
            needsGpus: true,
          },
          zones,
        ),
    running === version ? undefined : listKubernetesVersions(clients),
    readMetadataDefault(clients),
  ]);
  observeMetadata(context, metadata);
  if (versions !== undefined) observeVersions(context, versions);
  return [
    ...cpu,
    ...gpu,
    ...(versions === undefined || versions.includes(version) ? [] : [unknownVersion(version, versions)]),
    ...(metadata?.tags === 'enabled' ? [refusedTags(clients.region)] : []),
  ];
}

/** The words of the API reference; an account that never set anything may have none. */
const knownDefaults: readonly (string | undefined)[] = ['enabled', 'disabled', 'no-preference', undefined];

function observeMetadata(context: TaskContext, found: MetadataDefault | undefined): void {
  if (found === undefined) {
    context.observe('metadata-defaults', 'not-observed', 'EC2 does not know the question');
    return;
  }
  const isKnown = found.hasAccountLevel && knownDefaults.includes(found.tags);
  const value = found.hasAccountLevel ? (found.tags ?? 'nothing set') : 'nothing about the account';
  context.observe('metadata-defaults', isKnown ? 'verified' : 'refuted', value);
}

function observeVersions(context: TaskContext, versions: readonly string[]): void {
  const isKnown = versions.length > 0 && versions.every((version) => /^1\.\d+$/.test(version));
  context.observe('cluster-versions', isKnown ? 'verified' : 'refuted', versions.join(', ') || 'none');
}

interface TypeWish {
  path: string;
  type: string;
  known: InstanceType | undefined;
  needsAmd64: boolean;
  needsGpus?: boolean;
}

async function checkType(
  clients: AwsClients,
  { path, type, known, needsAmd64, needsGpus = false }: TypeWish,
  zones: readonly string[],
): Promise<Finding[]> {
  const finding = (found: string): Finding[] => [
    { name: 'NodeTypeUnusable', message: `\`${path}\` is ${type}, ${found}. Choose another.` },
  ];
  if (known === undefined) return finding(`which is no instance type of ${clients.region}`);
  const offered = await zonesOffering(clients, type);
  return [
    ...(offered === undefined || zones.length === 0 || zones.some((zone) => offered.includes(zone))
      ? []
      : finding(
          `which is offered in ${offered.join(', ') || 'no zone'}, and the nodes' subnets are in ${[...new Set(zones)].join(', ')}`,
        )),
    ...(needsAmd64 && !known.architectures.includes('x86_64')
      ? finding(
          `whose architecture is ${known.architectures.join(', ')}; Kubeflow Pipelines has images for x86_64 only`,
        )
      : []),
    ...(needsGpus && known.gpus === 0 ? finding('which has no GPU') : []),
  ];
}

function unknownVersion(version: string, versions: readonly string[]): Finding {
  return {
    name: 'KubernetesVersionUnavailable',
    message: `EKS makes no clusters of Kubernetes ${version}; it has ${versions.join(', ')}. Set \`kubernetes_version\` to one of them.`,
  };
}

/** eksctl-io/eksctl issues 7948, 8383 and 8446. */
function refusedTags(region: string): Finding {
  return {
    name: 'AccountUnsuitable',
    message:
      `the account's default in ${region} is that instances show their tags in their metadata, for which EC2 refuses tag names ` +
      'with a slash, and eksctl gives each node group such tags. Turn it off: aws ec2 modify-instance-metadata-defaults ' +
      '--instance-metadata-tags disabled.',
  };
}
