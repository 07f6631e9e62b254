import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribeClusterCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetRoleCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { EksctlClients, Say } from './clients';
import { eksctlClusterTag } from '../../../core/naming';
import type { Addon, ClusterConfig, PodIdentity } from './cluster-config';
import { createStack, deleteStack, podIdentityStackName, roleResource, stackTags } from './stacks';
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

/** The ARN of a role that a stack of the caller's account is about to make. */
export async function roleArnOf({ sts }: EksctlClients, name: string): Promise<string> {
  const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return `arn:aws:iam::${account}:role/${name}`;
}

/**
 * Makes IAM's record of the cluster's OIDC issuer; one that is there is kept. It has eksctl's own tags, and no others
 * (`pkg/eks/eks.go`, sharedTags).
 */
export async function createOidcProvider({ eks, iam }: EksctlClients, name: string, say: Say): Promise<void> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  try {
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: cluster?.identity?.oidc?.issuer,
        ClientIDList: ['sts.amazonaws.com'],
        ThumbprintList: ['0'.repeat(40)],
        Tags: [
          { Key: eksctlClusterTag, Value: name },
          { Key: 'alpha.eksctl.io/eksctl-version', Value: 'stand-in' },
        ],
      }),
    );
    say('OIDC provider created');
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('EntityAlreadyExists')) throw error;
  }
}

/** Makes the configured pod identity associations, those of the add-ons included. */
export async function createPodIdentities(
  clients: EksctlClients,
  { metadata, iam: identities, addons = [] }: ClusterConfig,
  say: Say,
): Promise<void> {
  const ofAddons = addons.flatMap(({ name: addon, podIdentityAssociations = [] }: Addon) =>
    podIdentityAssociations.map((identity) => ({ ...identity, addon })),
  );
  const all: (PodIdentity & { addon?: string })[] = [
    ...(identities?.podIdentityAssociations ?? []),
    ...ofAddons,
  ];
  for (const identity of all) {
    const {
      namespace = addonNamespace,
      serviceAccountName,
      roleName,
      permissionsBoundaryARN,
      tags,
    } = identity;
    // CloudFormation gives a role without a name one that is unique in the account.
    const generated = `eksctl-${metadata.name}-podidentity-${serviceAccountName}-${metadata.region}`;
    const name = (roleName ?? generated).slice(0, 64);
    const stack = podIdentityStackName(metadata.name, {
      namespace,
      serviceAccount: serviceAccountName,
      ...defined({ addon: identity.addon }),
    });
    await createStack(
      clients,
      stack,
      { Role1: roleResource(name, permissionsBoundaryARN) },
      stackTags(metadata, tags ?? {}),
      say,
    );
    const roleArn = await roleArnOf(clients, name);
    const made = await unlessThere(() =>
      clients.eks.send(
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
  clients: EksctlClients,
  clusterName: string,
  namespace: string,
  serviceAccount: string,
  say: Say,
): Promise<void> {
  const { eks } = clients;
  const { associations = [] } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount }),
  );
  for (const { associationId } of associations) {
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  }
  await deleteStack(clients, podIdentityStackName(clusterName, { namespace, serviceAccount }));
  say(`pod identity of ${namespace}/${serviceAccount} deleted`);
}
