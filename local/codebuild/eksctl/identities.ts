import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type { EksctlClients, Say } from './clients';
import type { Addon, ClusterConfig, PodIdentity } from './cluster-config';
import { unlessThere } from './unless-there';
import { defined } from '../../../core/defined';

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
        ...defined({ PermissionsBoundary: boundary }),
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
    // CloudFormation gives a role without a name one that is unique in the account.
    const generated = `eksctl-${metadata.name}-podidentity-${serviceAccountName}-${metadata.region}`;
    const name = (roleName ?? generated).slice(0, 64);
    const roleArn = await ensureRole(iam, name, permissionsBoundaryARN);
    const made = await unlessThere(() =>
      eks.send(
        new CreatePodIdentityAssociationCommand({
          clusterName: metadata.name,
          namespace,
          serviceAccount: serviceAccountName,
          roleArn,
          // Its own alone, as in eksctl's `pkg/actions/podidentityassociation/tasks.go`.
          tags: tags ?? {},
        }),
      ),
    );
    say(`pod identity of ${namespace}/${serviceAccountName}${made ? '' : ' is there'}`);
  }
}

/** Takes the identity of a service account away, with its role, which eksctl keeps in a stack of its own. */
export async function deletePodIdentity(
  { eks, iam }: EksctlClients,
  clusterName: string,
  namespace: string,
  serviceAccount: string,
  say: Say,
): Promise<void> {
  const { associations = [] } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount }),
  );
  for (const { associationId } of associations) {
    const { association } = await eks.send(
      new DescribePodIdentityAssociationCommand({ clusterName, associationId }),
    );
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
    await iam.send(new DeleteRoleCommand({ RoleName: association?.roleArn?.split('/').at(-1) }));
  }
  say(`pod identity of ${namespace}/${serviceAccount} deleted`);
}
