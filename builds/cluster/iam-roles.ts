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
import type { BuildConfiguration } from '../../core/configuration';
import { formerIamNames, iamNames } from '../../core/iam-names';
import { deploymentTags, ownerTag, regionTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import type { PlannedChange } from '../../core/plan';
import type { Network } from '../../core/handover/found';
import type { Say } from '../support/say';
import { loadBalancerPolicy } from './load-balancer-policy';
import { partitionOf } from '../../core/partitions';
import { awsPolicy } from './subnet-map';
import { policyArn } from './cluster-config';

/** Lets EKS assume the cluster's role. */
const clusterTrust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
};

/** AWS' policies of the cluster's service role. */
export const clusterRolePolicies = ['AmazonEKSClusterPolicy', 'AmazonEKSVPCResourceController'] as const;

/** Something to do about an identity, and how. */
interface IdentityChange extends PlannedChange {
  make: () => Promise<void>;
}

/**
 * Ensures what eksctl expects to find: the cluster's service role and the load balancer controller's policy.
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
  ];
}

async function planClusterRole(
  clients: AwsClients,
  configuration: BuildConfiguration,
): Promise<IdentityChange[]> {
  const deployment = configuration.eks_name;
  const former = await formerClusterRole(clients, configuration);
  const name = former ?? iamNames.clusterRole(configuration);
  const existing = await findRole(clients, name);
  if (existing !== undefined)
    requireOurs(`the role ${name}`, existing.marks, configuration, former !== undefined);
  const creation: IdentityChange = {
    action: 'create',
    what: `the role ${name}`,
    make: () =>
      createRole(clients, {
        name,
        trust: clusterTrust,
        description: `Service role of the EKS cluster ${deployment}`,
        boundaryArn: configuration.permissions_boundary_arn,
        tags: deploymentTags(configuration),
      }),
  };
  const attachments = clusterRolePolicies
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
  const name = iamNames.loadBalancerPolicy(configuration);
  const document = loadBalancerPolicy({
    partition: partitionOf(region),
    region,
    accountId: configuration.account_id,
    clusterName: deployment,
    vpcId: found.vpc.id,
  });
  const existing = await findPolicy(clients, policyArn(configuration, name));
  if (existing === undefined) {
    const make = (): Promise<void> =>
      createPolicy(clients, {
        name,
        description: `Load balancer controller of the EKS cluster ${deployment}`,
        document,
        tags: deploymentTags(configuration),
      });
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
