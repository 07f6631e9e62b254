import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import { DescribeNodegroupCommand, type LaunchTemplateSpecification } from '@aws-sdk/client-eks';
import type { KubeClient, KubeObject } from '../../kubernetes/kube-client';
import { nodeGroupLabel } from '../../kubernetes/nodes/node-objects';
import type { RegionClients } from './clients';

interface Pod extends KubeObject {
  spec?: { nodeName?: string; hostNetwork?: boolean };
}

/** How a machine answers who asks it who it is. */
interface Metadata {
  endpoint: boolean;
  tokens: boolean;
  hopLimit: number;
}

/**
 * What a pod gets that asks its node's instance metadata service for credentials. The answer to the request for a token
 * has the hop limit as its time to live, and a container's network is one hop more: with a limit of one it never arrives.
 * Where no token is required, the old requests are answered at any distance (EC2 user guide, "Use the Instance Metadata
 * Service", "configure instance metadata options"). A group without options of its own has EKS' (EKS user guide,
 * "Customize managed nodes with launch templates": a limit of two).
 *
 * @returns the role that the pod could act as, or `undefined` where nothing answers
 * @throws Error where the pod is on no node of a managed node group
 */
export async function credentialsOfNode(
  clients: RegionClients,
  client: KubeClient,
  at: { clusterName: string; namespace: string; pod: string },
): Promise<string | undefined> {
  const pod = await client.get<Pod>(`/api/v1/namespaces/${at.namespace}/pods/${at.pod}`);
  const node = await client.get(`/api/v1/nodes/${pod.spec?.nodeName ?? ''}`);
  const nodegroupName = node.metadata.labels?.[nodeGroupLabel];
  const { nodegroup } = await clients.eks.send(
    new DescribeNodegroupCommand({ clusterName: at.clusterName, nodegroupName }),
  );
  const { endpoint, tokens, hopLimit } = await metadataOf(clients, nodegroup?.launchTemplate);
  const hops = pod.spec?.hostNetwork === true ? 1 : 2;
  return endpoint && (!tokens || hops <= hopLimit) ? nodegroup?.nodeRole : undefined;
}

async function metadataOf(
  { ec2 }: RegionClients,
  template: LaunchTemplateSpecification | undefined,
): Promise<Metadata> {
  if (template?.id === undefined) return { endpoint: true, tokens: true, hopLimit: 2 };
  const { LaunchTemplateVersions: [version] = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId: template.id,
      Versions: [template.version ?? '$Default'],
    }),
  );
  const options = version?.LaunchTemplateData?.MetadataOptions;
  return {
    endpoint: options?.HttpEndpoint !== 'disabled',
    tokens: options === undefined || options.HttpTokens === 'required',
    hopLimit: options?.HttpPutResponseHopLimit ?? 2,
  };
}
