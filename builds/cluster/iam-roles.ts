import type { AwsClients } from '../../adapters/aws/clients';
import { findCluster } from '../../adapters/aws/eks';
import { foreignResource } from '../../adapters/aws/errors';
import {
  attachPolicy,
  createPolicy,
  createRole,
  findPolicy,
  findRole,
  replacePolicyDocument,
  replaceTrust,
  type OwnerMarks,
} from '../../adapters/aws/iam';
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  findInstanceProfile,
} from '../../adapters/aws/instance-profiles';
import { findVolumeKey } from '../../adapters/aws/volume-key';
import { artifactStoreOf } from '../../core/artifact-store';
import type { BuildConfiguration } from '../../core/configuration';
import { formerIamNames, iamNames } from '../../core/iam-names';
import { deploymentTags, ownerTag, regionTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import type { PlannedChange } from '../../core/plan';
import { isSamePolicy } from '../../core/same-policy';
import type { Network } from '../../core/handover/found';
import type { Say } from '../support/say';
import { interruptionQueueArn } from '../autoscaling/interruption-queue';
import { backupPolicy } from '../backups/backups';
import { artifactsPolicy, artifactsTrust } from '../artifacts/artifacts-policy';
import { karpenterPolicy } from '../autoscaling/karpenter-policy';
import { noWebAcl } from '../../core/load-balancer-annotations';
import { allowsWebAcl, loadBalancerPolicy } from '../load-balancer/load-balancer-policy';
import { nodePolicies } from './node-groups';
import { planSpotRole } from '../autoscaling/spot-role';
import { partitionOf } from '../../core/partitions';
import { awsPolicy } from './subnet-map';
import { policyArn } from './cluster-config';

/** Lets a service assume a role. */
const trustOf = (service: string, actions: readonly string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: actions }],
});

/** AWS' policies of the cluster's service role. */
export const clusterRolePolicies = ['AmazonEKSClusterPolicy', 'AmazonEKSVPCResourceController'] as const;

/** Something to do about an identity, and how. */
interface IamChange extends PlannedChange {
  make: () => Promise<void>;
}

/**
 * Ensures what eksctl expects to find: the cluster's service role, the policies of the load balancer controller and of
 * Karpenter, and the role of the nodes that the latter makes; the role of tenants' pods, where artifacts are in S3; and
 * the account's role of Spot, where nodes may be Spot machines.
 *
 * @throws ConflictError `ResourceConflict` where one of the name is there without our tag
 */
export async function ensureIamRoles(
  clients: AwsClients,
  configuration: BuildConfiguration,
  found: Network,
  say: Say,
): Promise<void> {
  for (const { action, what, make } of await planIamRoles(clients, configuration, found)) {
    say(`${action} ${what}`);
    await make();
  }
}

/**
 * What {@link ensureIamRoles} would do. Reads only.
 *
 * @throws ConflictError `ResourceConflict` where one of the name is there without our tag
 */
export async function planIamRoles(
  clients: AwsClients,
  configuration: BuildConfiguration,
  found: Network,
): Promise<IamChange[]> {
  return [
    ...(await planClusterRole(clients, configuration)),
    ...(await planLoadBalancerPolicy(clients, configuration, found)),
    ...(await planAutoscaling(clients, configuration)),
    ...(await planSpotRole(clients, configuration)),
    ...(await planBackupRole(clients, configuration)),
    ...(await planArtifacts(clients, configuration)),
  ];
}

async function planClusterRole(clients: AwsClients, configuration: BuildConfiguration): Promise<IamChange[]> {
  const former = await formerClusterRole(clients, configuration);
  return planRole(clients, configuration, {
    name: former ?? iamNames.clusterRole(configuration),
    trust: trustOf('eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']),
    description: `Service role of the EKS cluster ${configuration.eks_name}`,
    policies: clusterRolePolicies,
    isFormer: former !== undefined,
  });
}

/** What Karpenter and its nodes work with; nothing where it is not configured. */
async function planAutoscaling(clients: AwsClients, configuration: BuildConfiguration): Promise<IamChange[]> {
  if (configuration.autoscaling === undefined) return [];
  const { eks_name: deployment, region, account_id: accountId } = configuration;
  const nodeRole = iamNames.autoscaledRole(configuration);
  const volumeKey = await findVolumeKey(clients);
  return [
    ...(await planPolicy(clients, configuration, {
      name: iamNames.karpenterPolicy(configuration),
      description: `Karpenter of the EKS cluster ${deployment}`,
      document: () =>
        karpenterPolicy({
          partition: partitionOf(region),
          region,
          accountId,
          clusterName: deployment,
          nodeRole,
          queueArn: interruptionQueueArn(configuration),
          volumeKeyArn: volumeKey?.arn,
        }),
    })),
    ...(await planRole(clients, configuration, {
      name: nodeRole,
      trust: trustOf('ec2.amazonaws.com', ['sts:AssumeRole']),
      description: `Nodes that Karpenter makes for the EKS cluster ${deployment}`,
      policies: nodePolicies,
      isFormer: false,
    })),
    ...(await planInstanceProfile(clients, configuration, nodeRole)),
  ];
}

/** With what AWS Backup works; nothing where it is not configured. */
async function planBackupRole(clients: AwsClients, configuration: BuildConfiguration): Promise<IamChange[]> {
  if (configuration.backup === undefined) return [];
  return planRole(clients, configuration, {
    name: iamNames.backupRole(configuration),
    trust: trustOf('backup.amazonaws.com', ['sts:AssumeRole']),
    description: `Backups of the EKS cluster ${configuration.eks_name}`,
    policies: [backupPolicy],
    isFormer: false,
  });
}

/** What the pods of tenants have of the bucket for artifacts; nothing where these are in the cluster. */
async function planArtifacts(clients: AwsClients, configuration: BuildConfiguration): Promise<IamChange[]> {
  const store = artifactStoreOf(configuration);
  if (store === undefined) return [];
  const { eks_name: deployment } = configuration;
  const policy = iamNames.artifactsPolicy(configuration);
  return [
    ...(await planPolicy(clients, configuration, {
      name: policy,
      description: `Artifacts of pipelines of the EKS cluster ${deployment}, of each namespace its own`,
      document: () => artifactsPolicy(store),
    })),
    ...(await planRole(clients, configuration, {
      name: iamNames.artifactsRole(configuration),
      trust: artifactsTrust(configuration),
      description: `Pods of tenants of the EKS cluster ${deployment}`,
      policies: [policyArn(configuration, policy)],
      isFormer: false,
    })),
  ];
}

async function planInstanceProfile(
  clients: AwsClients,
  configuration: BuildConfiguration,
  name: string,
): Promise<IamChange[]> {
  const existing = await findInstanceProfile(clients, name);
  if (existing !== undefined)
    requireOurs(`the instance profile ${name}`, existing.marks, configuration, false);
  const creation: IamChange = {
    action: 'create',
    what: `the instance profile ${name}`,
    make: () => createInstanceProfile(clients, { name, tags: deploymentTags(configuration) }),
  };
  const role: IamChange = {
    action: 'change',
    what: `the instance profile ${name}: it gets the role ${name}`,
    make: () => addRoleToInstanceProfile(clients, name, name),
  };
  return [...(existing === undefined ? [creation] : []), ...(existing?.role === undefined ? [role] : [])];
}

async function planRole(
  clients: AwsClients,
  configuration: BuildConfiguration,
  role: {
    name: string;
    trust: object;
    description: string;
    /** ARNs of policies, or names of policies of AWS. */
    policies: readonly string[];
    isFormer: boolean;
  },
): Promise<IamChange[]> {
  const { name, trust, description, policies, isFormer } = role;
  const existing = await findRole(clients, name);
  if (existing !== undefined) requireOurs(`the role ${name}`, existing.marks, configuration, isFormer);
  const creation: IamChange = {
    action: 'create',
    what: `the role ${name}`,
    make: () =>
      createRole(clients, {
        name,
        trust,
        description,
        boundaryArn: configuration.permissions_boundary_arn,
        tags: deploymentTags(configuration),
      }),
  };
  // Somebody may have changed it by hand, and an earlier release may have made it otherwise.
  const isTrusted = existing === undefined || isSamePolicy(existing.trust, trust);
  const trusting: IamChange = {
    action: 'change',
    what: `the role ${name}: who may assume it`,
    make: () => replaceTrust(clients, name, trust),
  };
  const attachments = policies
    .map((policy) =>
      policy.startsWith('arn:') ? policy : awsPolicy(partitionOf(configuration.region), policy),
    )
    .filter((policy) => existing?.policies.includes(policy) !== true)
    .map((policy): IamChange => ({
      action: 'change',
      what: `the role ${name}: the policy ${policy} is attached`,
      make: () => attachPolicy(clients, name, policy),
    }));
  return [...(existing === undefined ? [creation] : []), ...(isTrusted ? [] : [trusting]), ...attachments];
}

async function planLoadBalancerPolicy(
  clients: AwsClients,
  configuration: BuildConfiguration,
  found: Network,
): Promise<IamChange[]> {
  const { eks_name: deployment, region } = configuration;
  const name = iamNames.loadBalancerPolicy(configuration);
  return planPolicy(clients, configuration, {
    name,
    description: `Load balancer controller of the EKS cluster ${deployment}`,
    document: (former) =>
      loadBalancerPolicy({
        // Without the rights the controller would never get rid of the web ACL that it had.
        webAcl: configuration.kubeflow.ingress_waf_acl_arn ?? (allowsWebAcl(former) ? noWebAcl : undefined),
        partition: partitionOf(region),
        region,
        accountId: configuration.account_id,
        clusterName: deployment,
        vpcId: found.vpc.id,
      }),
  });
}

async function planPolicy(
  clients: AwsClients,
  configuration: BuildConfiguration,
  policy: {
    name: string;
    description: string;
    /** What it shall say, given what it says now. */
    document: (former: unknown) => object;
  },
): Promise<IamChange[]> {
  const { name, description } = policy;
  const existing = await findPolicy(clients, policyArn(configuration, name));
  const document = policy.document(existing?.document);
  if (existing === undefined) {
    const make = (): Promise<void> =>
      createPolicy(clients, { name, description, document, tags: deploymentTags(configuration) });
    return [{ action: 'create', what: `the policy ${name}`, make }];
  }
  requireOurs(`the policy ${name}`, existing.marks, configuration, false);
  if (isSamePolicy(existing.document, document)) return [];
  const make = (): Promise<void> => replacePolicyDocument(clients, existing, document);
  return [{ action: 'change', what: `the document of the policy ${name}`, make }];
}

/**
 * The role of a living cluster that was made before role names had the region: EKS cannot exchange it.
 *
 * @returns its name, or `undefined` where the cluster has, or gets, a role of the present name
 */
async function formerClusterRole(
  clients: AwsClients,
  configuration: BuildConfiguration,
): Promise<string | undefined> {
  const former = formerIamNames.clusterRole(configuration);
  const cluster = await findCluster(clients, configuration.eks_name);
  return cluster?.owner === configuration.eks_name && cluster.roleArn?.endsWith(`/${former}`) === true
    ? former
    : undefined;
}

/** @param former whether the living cluster shows that it is of this region, so that it needs no mark */
function requireOurs(
  what: string,
  marks: OwnerMarks,
  configuration: BuildConfiguration,
  former: boolean,
): void {
  const { eks_name: name, region } = configuration;
  const ownership = ownershipOf(marks, { name, region });
  if (ownership === 'ours' || (ownership === 'unmarked' && former)) return;
  const { [ownerTag]: owner, [regionTag]: place } = marks;
  throw foreignResource(
    what,
    owner && `${owner} in ${place ?? 'a region that it does not name'}`,
    `${name} in ${region}`,
  );
}
