import { isDeepStrictEqual } from 'node:util';
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
  type OwnerMarks,
} from '../../adapters/aws/iam';
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  findInstanceProfile,
} from '../../adapters/aws/instance-profiles';
import type { BuildConfiguration } from '../../core/configuration';
import { formerIamNames, iamNames } from '../../core/iam-names';
import { deploymentTags, ownerTag, regionTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import type { PlannedChange } from '../../core/plan';
import type { Network } from '../../core/handover/found';
import type { Say } from '../support/say';
import { karpenterPolicy } from './karpenter-policy';
import { loadBalancerPolicy } from './load-balancer-policy';
import { nodePolicies } from './node-groups';
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
interface IdentityChange extends PlannedChange {
  make: () => Promise<void>;
}

/**
 * Ensures what eksctl expects to find: the cluster's service role, the policies of the load balancer controller and of
 * Karpenter, and the role of the nodes that the latter makes.
 *
 * @throws ConflictError `ResourceConflict` where one of the name is there without our tag
 */
export async function ensureIdentities(
  clients: AwsClients,
  configuration: BuildConfiguration,
  found: Network,
  say: Say,
): Promise<void> {
  for (const { action, what, make } of await planIdentities(clients, configuration, found)) {
    say(`${action} ${what}`);
    await make();
  }
}

/**
 * What {@link ensureIdentities} would do. Reads only.
 *
 * @throws ConflictError `ResourceConflict` where one of the name is there without our tag
 */
export async function planIdentities(
  clients: AwsClients,
  configuration: BuildConfiguration,
  found: Network,
): Promise<IdentityChange[]> {
  return [
    ...(await planClusterRole(clients, configuration)),
    ...(await planLoadBalancerPolicy(clients, configuration, found)),
    ...(await planAutoscaling(clients, configuration)),
  ];
}

async function planClusterRole(
  clients: AwsClients,
  configuration: BuildConfiguration,
): Promise<IdentityChange[]> {
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
async function planAutoscaling(
  clients: AwsClients,
  configuration: BuildConfiguration,
): Promise<IdentityChange[]> {
  if (configuration.autoscaling === undefined) return [];
  const { eks_name: deployment, region, account_id: accountId } = configuration;
  const nodeRole = iamNames.autoscaledRole(configuration);
  return [
    ...(await planPolicy(clients, configuration, {
      name: iamNames.karpenterPolicy(configuration),
      description: `Karpenter of the EKS cluster ${deployment}`,
      document: karpenterPolicy({
        partition: partitionOf(region),
        region,
        accountId,
        clusterName: deployment,
        nodeRole,
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

async function planInstanceProfile(
  clients: AwsClients,
  configuration: BuildConfiguration,
  name: string,
): Promise<IdentityChange[]> {
  const existing = await findInstanceProfile(clients, name);
  if (existing !== undefined)
    requireOurs(`the instance profile ${name}`, existing.marks, configuration, false);
  const creation: IdentityChange = {
    action: 'create',
    what: `the instance profile ${name}`,
    make: () => createInstanceProfile(clients, { name, tags: deploymentTags(configuration) }),
  };
  const role: IdentityChange = {
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
    /** Names of policies of AWS. */
    policies: readonly string[];
    isFormer: boolean;
  },
): Promise<IdentityChange[]> {
  const { name, trust, description, policies, isFormer } = role;
  const existing = await findRole(clients, name);
  if (existing !== undefined) requireOurs(`the role ${name}`, existing.marks, configuration, isFormer);
  const creation: IdentityChange = {
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
  const attachments = policies
    .map((policy) => awsPolicy(partitionOf(configuration.region), policy))
    .filter((policy) => existing?.policies.includes(policy) !== true)
    .map((policy): IdentityChange => ({
      action: 'change',
      what: `the role ${name}: the policy ${policy} is attached`,
      make: () => attachPolicy(clients, name, policy),
    }));
  return [...(existing === undefined ? [creation] : []), ...attachments];
}

async function planLoadBalancerPolicy(
  clients: AwsClients,
  configuration: BuildConfiguration,
  found: Network,
): Promise<IdentityChange[]> {
  const { eks_name: deployment, region } = configuration;
  return planPolicy(clients, configuration, {
    name: iamNames.loadBalancerPolicy(configuration),
    description: `Load balancer controller of the EKS cluster ${deployment}`,
    document: loadBalancerPolicy({
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
  { name, description, document }: { name: string; description: string; document: object },
): Promise<IdentityChange[]> {
  const existing = await findPolicy(clients, policyArn(configuration, name));
  if (existing === undefined) {
    const make = (): Promise<void> =>
      createPolicy(clients, { name, description, document, tags: deploymentTags(configuration) });
    return [{ action: 'create', what: `the policy ${name}`, make }];
  }
  requireOurs(`the policy ${name}`, existing.marks, configuration, false);
  if (isDeepStrictEqual(existing.document, document)) return [];
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
