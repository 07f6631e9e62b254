import { CreatePodIdentityAssociationCommand, DescribeClusterCommand } from '@aws-sdk/client-eks';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { EksctlClients, Say } from './clients';
import type { Addon, ClusterConfig, PodIdentity } from './cluster-config';

/** Where EKS' own add-ons run. */
const addonNamespace = 'kube-system';

/** Finds a role or makes it. On AWS, CloudFormation does. */
export async function ensureRole(
  iam: IAMClient,
  name: string,
  boundary: string | undefined,
): Promise<string> {
  const RoleName = name.slice(0, 64);
  try {
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName }));
    return role?.Arn ?? '';
  } catch {
    const { Role: role } = await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
      }),
    );
    return role?.Arn ?? '';
  }
}

/** Makes IAM's record of the cluster's OIDC issuer; one that is there is kept. */
export async function createOidcProvider({ eks, iam }: EksctlClients, name: string, say: Say): Promise<void> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  try {
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: cluster?.identity?.oidc?.issuer,
        ClientIDList: ['sts.amazonaws.com'],
        ThumbprintList: ['0'.repeat(40)],
      }),
    );
    say('OIDC provider created');
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('EntityAlreadyExists')) throw error;
  }
}

/** Makes the configured pod identity associations, those of the add-ons included. */
export async function createPodIdentities(
  { eks, iam }: EksctlClients,
  { metadata, iam: identities, addons = [] }: ClusterConfig,
  say: Say,
): Promise<void> {
  const ofAddons = addons.flatMap(({ podIdentityAssociations = [] }: Addon) => podIdentityAssociations);
  const all: PodIdentity[] = [...(identities?.podIdentityAssociations ?? []), ...ofAddons];
  for (const {
    namespace = addonNamespace,
    serviceAccountName,
    roleName,
    permissionsBoundaryARN,
    tags,
  } of all) {
    const name = roleName ?? `eksctl-${metadata.name}-podidentity-${serviceAccountName}`;
    await eks.send(
      new CreatePodIdentityAssociationCommand({
        clusterName: metadata.name,
        namespace,
        serviceAccount: serviceAccountName,
        roleArn: await ensureRole(iam, name, permissionsBoundaryARN),
        tags: tags ?? metadata.tags ?? {},
      }),
    );
    say(`pod identity of ${namespace}/${serviceAccountName}`);
  }
}
