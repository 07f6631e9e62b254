import type { AwsClients } from '../../adapters/aws/clients';
import { deletePolicy, deleteRole, findPolicy, findRole, type OwnerMarks } from '../../adapters/aws/iam';
import { deleteInstanceProfile, findInstanceProfile } from '../../adapters/aws/instance-profiles';
import { deleteOidcProvider, findOidcProvider, findOidcProvidersOf } from '../../adapters/aws/oidc-providers';
import type { BuildConfiguration } from '../../core/configuration';
import { formerIamNames, iamNames } from '../../core/iam-names';
import { notOurs } from '../../core/handover/left';
import { ownershipOf } from '../../core/ownership';
import { policyArn } from '../cluster/cluster-config';
import type { Leave } from '../support/left-output';
import type { Say } from '../support/say';

/** What a cluster that is being taken away told of itself while it was there. */
interface LastSeen {
  readonly oidcIssuer?: string;
  /** ARN of its service role. */
  readonly roleArn?: string;
}

/**
 * Removes what the cluster build made beside the cluster: its roles and the instance profile, the policies of the load
 * balancer controller, of Karpenter and of tenants' pods, and the OIDC provider if eksctl left it. What does not carry the marks of this deployment in this region is left alone, and said.
 *
 * What was made before names and marks had the region goes where something else shows the region: a role by the cluster
 * that has it, a policy by the ARNs in its document.
 *
 * @param cluster as it was last seen; nothing where it was gone already
 * @param options `keep`: names of roles that still have something to do
 */
export async function removeIamRoles(
  clients: AwsClients,
  configuration: BuildConfiguration,
  cluster: LastSeen | undefined,
  { say, leave, keep = [] }: { say: Say; leave: Leave; keep?: readonly string[] },
): Promise<void> {
  const formerRole = formerIamNames.clusterRole(configuration);
  const roles = [
    { name: iamNames.clusterRole(configuration), shown: false },
    { name: iamNames.autoscaledRole(configuration), shown: false },
    { name: iamNames.backupRole(configuration), shown: false },
    { name: iamNames.artifactsRole(configuration), shown: false },
    { name: formerRole, shown: cluster?.roleArn?.endsWith(`/${formerRole}`) === true },
  ];
  const profile = await findInstanceProfile(clients, iamNames.autoscaledRole(configuration));
  if (
    profile !== undefined &&
    ours(`the instance profile ${profile.name}`, profile.marks, configuration, false, leave)
  ) {
    say(`deleting the instance profile ${profile.name}`);
    await deleteInstanceProfile(clients, profile);
  }
  for (const { name, shown } of roles) {
    if (keep.includes(name)) continue;
    const role = await findRole(clients, name);
    if (role === undefined || !ours(`the role ${name}`, role.marks, configuration, shown, leave)) continue;
    say(`deleting the role ${name}`);
    await deleteRole(clients, role);
  }
  for (const name of [
    iamNames.loadBalancerPolicy(configuration),
    iamNames.karpenterPolicy(configuration),
    iamNames.artifactsPolicy(configuration),
    formerIamNames.loadBalancerPolicy(configuration),
  ]) {
    const policy = await findPolicy(clients, policyArn(configuration, name));
    if (policy === undefined) continue;
    const shown = JSON.stringify(policy.document).includes(`:${configuration.region}:`);
    if (!ours(`the policy ${policy.arn}`, policy.marks, configuration, shown, leave)) continue;
    say(`deleting the policy ${policy.arn}`);
    await deletePolicy(clients, policy);
  }
  for (const provider of await oidcProviders(clients, configuration, cluster)) {
    say(`deleting the OIDC provider ${provider}`);
    await deleteOidcProvider(clients, provider);
  }
}

/** The issuer's name is unique to the cluster, which was ours; of one that is gone, eksctl's tag has the name. */
async function oidcProviders(
  clients: AwsClients,
  { eks_name: name, region }: BuildConfiguration,
  cluster: LastSeen | undefined,
): Promise<string[]> {
  if (cluster === undefined) return findOidcProvidersOf(clients, { name, region });
  if (cluster.oidcIssuer === undefined) return [];
  const provider = await findOidcProvider(clients, cluster.oidcIssuer);
  return provider === undefined ? [] : [provider];
}

/** @param shown whether what has no mark of a region is shown to be of this one by something else */
function ours(
  what: string,
  marks: OwnerMarks,
  { eks_name: name, region }: BuildConfiguration,
  shown: boolean,
  leave: Leave,
): boolean {
  const ownership = ownershipOf(marks, { name, region });
  if (ownership === 'ours' || (ownership === 'unmarked' && shown)) return true;
  leave({ what, why: notOurs });
  return false;
}
