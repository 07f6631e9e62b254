import type { BuildConfiguration } from '../../core/configuration';
import { deploymentTags } from '../../core/naming';
import { partitionOf } from '../../core/partitions';
import type { ContainerInsights } from '../../core/configuration/container-insights';
import { awsPolicy } from './subnet-map';
import { defined } from '../../core/defined';

/** A pod identity association of an add-on in a ClusterConfig: eksctl takes none without a namespace, nor with tags. */
export interface AddonIdentity {
  namespace: string;
  serviceAccountName: string;
  permissionPolicyARNs: string[];
  permissionsBoundaryARN?: string;
}

/** A pod identity association in a ClusterConfig, with a role that eksctl makes. */
export interface OwnPodIdentity extends AddonIdentity {
  roleName: string;
  roleARN?: undefined;
  tags: Record<string, string>;
}

/** One with a role that is there: eksctl takes neither a name nor policies for it, and makes no stack. */
export interface TenantPodIdentity {
  namespace: string;
  serviceAccountName: string;
  roleARN: string;
  roleName?: undefined;
  permissionPolicyARNs?: undefined;
  permissionsBoundaryARN?: undefined;
  tags: Record<string, string>;
}

/** A pod identity association in a ClusterConfig. */
export type PodIdentityAssociation = OwnPodIdentity | TenantPodIdentity;

/** An EKS add-on in a ClusterConfig. */
export interface Addon {
  name: string;
  /** Without one, a new add-on gets the version that EKS recommends, and one that is there keeps its own. */
  version?: string;
  configurationValues?: string;
  podIdentityAssociations?: AddonIdentity[];
  resolveConflicts: 'overwrite';
  tags: Record<string, string>;
}

/** The add-on that sends metrics of nodes and pods to CloudWatch, and the output of containers. */
export const insightsAddon = 'amazon-cloudwatch-observability';

/**
 * The add-ons that go with their setting. The driver of shared volumes is none of them: volumes are mounted through it that
 * outlive the setting.
 */
export const removableAddons: readonly { name: string; serviceAccount: string }[] = [
  { name: insightsAddon, serviceAccount: 'cloudwatch-agent' },
];

/**
 * Values of the add-on for CloudWatch. By its own defaults it would send the output of all containers, and put agents of
 * Application Signals into pods of tenants: a configuration of the agent that does not name them turns them off
 * (aws-observability/helm-charts 6.4, `manager.modify-auto-monitor-config`). OTel Container Insights was on in 6.0, and is not since
 * 6.2 (its `RELEASE_NOTES`). Its agents tolerate every taint, so that nodes with
 * GPUs are seen too.
 */
function insightsValues({ container_logs: isSent }: ContainerInsights): object {
  return {
    agent: { config: { logs: { metrics_collected: { kubernetes: { enhanced_container_insights: true } } } } },
    containerLogs: { enabled: isSent },
    otelContainerInsights: { enabled: false },
  };
}

/**
 * The add-ons, all of them EKS' own in the version that EKS recommends for the cluster's Kubernetes.
 *
 * The VPC CNI enforces network policies: those that Kubeflow brings, and those that keep tenants apart, would be
 * decoration without it. The metrics server is what scales the gateways: their autoscalers know no load without it. The
 * EBS driver marks every volume as ours, whatever its class; the default class is in `storage-class.ts`. The EFS driver is
 * for `shared-volumes.ts` alone. The agent of the add-on for CloudWatch writes metrics and logs by AWS' own policy for it; no
 * trace is sent, so that it needs none of X-Ray (CloudWatch user guide, "Quick start with the Amazon CloudWatch Observability EKS
 * add-on").
 */
export function renderAddons(configuration: BuildConfiguration): Addon[] {
  const tags = deploymentTags(configuration);
  const boundary = configuration.permissions_boundary_arn;
  const partition = partitionOf(configuration.region);
  const insights = configuration.observability?.container_insights;
  const identity = (
    serviceAccountName: string,
    policy: string,
    namespace = 'kube-system',
  ): AddonIdentity => ({
    namespace,
    serviceAccountName,
    permissionPolicyARNs: [awsPolicy(partition, policy)],
    ...defined({ permissionsBoundaryARN: boundary }),
  });
  const addon = (name: string, more: Partial<Addon> = {}): Addon => ({
    name,
    ...more,
    resolveConflicts: 'overwrite',
    tags,
  });
  return [
    // First: the associations of the others need its agent.
    addon('eks-pod-identity-agent'),
    addon('vpc-cni', {
      configurationValues: JSON.stringify({ enableNetworkPolicy: 'true' }),
      podIdentityAssociations: [identity('aws-node', 'AmazonEKS_CNI_Policy')],
    }),
    addon('coredns'),
    addon('kube-proxy'),
    addon('metrics-server'),
    addon('aws-ebs-csi-driver', {
      configurationValues: JSON.stringify({ controller: { extraVolumeTags: tags } }),
      podIdentityAssociations: [identity('ebs-csi-controller-sa', 'service-role/AmazonEBSCSIDriverPolicy')],
    }),
    ...(configuration.shared_volumes === undefined
      ? []
      : [
          addon('aws-efs-csi-driver', {
            podIdentityAssociations: [
              identity('efs-csi-controller-sa', 'service-role/AmazonEFSCSIDriverPolicy'),
            ],
          }),
        ]),
    ...(insights === undefined
      ? []
      : [
          addon(insightsAddon, {
            configurationValues: JSON.stringify(insightsValues(insights)),
            podIdentityAssociations: [
              identity('cloudwatch-agent', 'CloudWatchAgentServerPolicy', 'amazon-cloudwatch'),
            ],
          }),
        ]),
  ];
}
