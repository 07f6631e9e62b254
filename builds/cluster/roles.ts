import { isDeepStrictEqual } from 'node:util';
import type { AwsClients } from '../../adapters/aws/clients';
import { foreignResource } from '../../adapters/aws/errors';
import {
  attachPolicy,
  createPolicy,
  createRole,
  findPolicy,
  findRole,
  replacePolicyDocument,
} from '../../adapters/aws/iam';
import type { Configuration } from '../../core/configuration';
import { deploymentTags } from '../../core/naming';
import type { Found } from '../support/input';
import type { Say } from '../support/say';
import { loadBalancerPolicy } from './load-balancer-policy';
import { awsPolicy, partitionOf } from './network';
import { clusterRoleName, loadBalancerPolicyArn, loadBalancerPolicyName } from './render';

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

/**
 * Ensures what eksctl expects to find: the cluster's service role and the load balancer controller's policy.
 *
 * @throws ConflictError `ResourceConflict` where one of the name is there without our tag
 */
export async function ensureIdentities(
  clients: AwsClients,
  configuration: Configuration,
  found: Found,
  say: Say,
): Promise<void> {
  await ensureClusterRole(clients, configuration, say);
  await ensureLoadBalancerPolicy(clients, configuration, found, say);
}

async function ensureClusterRole(clients: AwsClients, configuration: Configuration, say: Say): Promise<void> {
  const deployment = configuration.eks_name;
  const name = clusterRoleName(configuration);
  const existing = await findRole(clients, name);
  if (existing !== undefined && existing.owner !== deployment) {
    throw foreignResource(`the role ${name}`, existing.owner, deployment);
  }
  if (existing === undefined) {
    say(`creating the role ${name}`);
    await createRole(clients, {
      name,
      trust: clusterTrust,
      description: `Service role of the EKS cluster ${deployment}`,
      boundaryArn: configuration.permissions_boundary_arn,
      tags: deploymentTags(deployment, configuration.env, configuration.tags),
    });
  }
  const policies = clusterRolePolicies.map((policy) => awsPolicy(partitionOf(configuration.region), policy));
  for (const policy of policies) {
    if (existing?.policies.includes(policy) === true) continue;
    say(`attaching ${policy} to the role ${name}`);
    await attachPolicy(clients, name, policy);
  }
}

async function ensureLoadBalancerPolicy(
  clients: AwsClients,
  configuration: Configuration,
  found: Found,
  say: Say,
): Promise<void> {
  const { eks_name: deployment, iam_policy_prefix: prefix, region } = configuration;
  const name = loadBalancerPolicyName(prefix, deployment);
  const document = loadBalancerPolicy({
    partition: partitionOf(region),
    region,
    accountId: configuration.account_id,
    clusterName: deployment,
    vpcId: found.vpc.id,
  });
  const existing = await findPolicy(clients, loadBalancerPolicyArn(configuration));
  if (existing === undefined) {
    say(`creating the policy ${name}`);
    await createPolicy(clients, {
      name,
      description: `Load balancer controller of the EKS cluster ${deployment}`,
      document,
      tags: deploymentTags(deployment, configuration.env, configuration.tags),
    });
    return;
  }
  if (existing.owner !== deployment) throw foreignResource(`the policy ${name}`, existing.owner, deployment);
  if (isDeepStrictEqual(existing.document, document)) return;
  say(`replacing the document of the policy ${name}`);
  await replacePolicyDocument(clients, existing, document);
}
