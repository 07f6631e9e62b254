import type { AwsClients } from '../../adapters/aws/clients';
import { deletePolicy, deleteRole, findPolicy, findRole } from '../../adapters/aws/iam';
import { deleteOidcProvider, findOidcProvider } from '../../adapters/aws/oidc-providers';
import type { Configuration } from '../../core/configuration';
import { clusterRoleName, loadBalancerPolicyArn } from '../cluster/render';
import type { Say } from '../support/say';

/**
 * Removes what the cluster build made beside the cluster: its role, the load balancer controller's policy, and the OIDC
 * provider if eksctl left it. What does not carry this deployment's tag is left alone, and said.
 *
 * @param oidcIssuer of the cluster, where it was still there to be asked
 */
export async function removeIdentities(
  clients: AwsClients,
  configuration: Configuration,
  oidcIssuer: string | undefined,
  say: Say,
): Promise<void> {
  const deployment = configuration.eks_name;
  const role = await findRole(clients, clusterRoleName(configuration));
  if (role !== undefined && ours(`the role ${role.name}`, role.owner, deployment, say)) {
    say(`deleting the role ${role.name}`);
    await deleteRole(clients, role);
  }
  const policy = await findPolicy(clients, loadBalancerPolicyArn(configuration));
  if (policy !== undefined && ours(`the policy ${policy.arn}`, policy.owner, deployment, say)) {
    say(`deleting the policy ${policy.arn}`);
    await deletePolicy(clients, policy);
  }
  // The issuer's name is unique to the cluster, which was ours.
  const provider = oidcIssuer === undefined ? undefined : await findOidcProvider(clients, oidcIssuer);
  if (provider !== undefined) {
    say(`deleting the OIDC provider ${provider}`);
    await deleteOidcProvider(clients, provider);
  }
}

function ours(what: string, owner: string | undefined, deployment: string, say: Say): boolean {
  if (owner === deployment) return true;
  say(`${what} does not belong to ${deployment}: it is left alone`);
  return false;
}
