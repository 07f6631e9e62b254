import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  UpdateAssumeRolePolicyCommand,
  type Tag,
} from '@aws-sdk/client-iam';
import { ownerTag, regionTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { findRoleByArn, trustOf } from './iam-presence';
import { defined } from '../../core/defined';
import { unlessMadeBefore } from './unrepeated';
import { tagList } from './tag-lists';

/** The tags that say whose something is. */
export type OwnerMarks = Readonly<Record<typeof ownerTag | typeof regionTag, string | undefined>>;

/** A role. */
export interface IamRole {
  name: string;
  arn: string;
  marks: OwnerMarks;
  /** Who may assume it, as a document. */
  trust: unknown;
  /** ARNs of the attached policies. */
  policies: string[];
}

/** A policy of the account, in its default version. */
export interface IamPolicy {
  arn: string;
  marks: OwnerMarks;
  document: unknown;
  versions: { id: string; isDefault: boolean }[];
}

/** The owner marks among tags. */
export const marksOf = (tags: readonly Tag[] = []): OwnerMarks => ({
  [ownerTag]: tags.find(({ Key }) => Key === ownerTag)?.Value,
  [regionTag]: tags.find(({ Key }) => Key === regionTag)?.Value,
});

/** A role by its name, or `undefined`. */
export async function findRole(clients: AwsClients, name: string): Promise<IamRole | undefined> {
  const iam = clients.get(IAMClient);
  try {
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: name }));
    const { AttachedPolicies: attached = [] } = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName: name }),
    );
    return {
      name,
      arn: role?.Arn ?? '',
      marks: marksOf(role?.Tags),
      trust: trustOf(role),
      policies: attached.flatMap(({ PolicyArn }) => PolicyArn ?? []),
    };
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntityException')) return undefined;
    throw error;
  }
}

/** When the role of an ARN was made; `undefined` where there is none of it in this account. */
export async function roleCreatedAt(clients: AwsClients, roleArn: string): Promise<Date | undefined> {
  return (await findRoleByArn(clients, roleArn))?.CreateDate;
}

export async function createRole(
  clients: AwsClients,
  role: {
    name: string;
    trust: object;
    description: string;
    boundaryArn?: string | undefined;
    tags: Readonly<Record<string, string>>;
  },
): Promise<void> {
  await unlessMadeBefore('EntityAlreadyExistsException', () =>
    clients.get(IAMClient).send(
      new CreateRoleCommand({
        RoleName: role.name,
        AssumeRolePolicyDocument: JSON.stringify(role.trust),
        Description: role.description,
        ...defined({ PermissionsBoundary: role.boundaryArn }),
        Tags: tagList(role.tags),
      }),
    ),
  );
}

/** Says who may assume a role. */
export async function replaceTrust(clients: AwsClients, roleName: string, trust: object): Promise<void> {
  await clients
    .get(IAMClient)
    .send(new UpdateAssumeRolePolicyCommand({ RoleName: roleName, PolicyDocument: JSON.stringify(trust) }));
}

export async function attachPolicy(clients: AwsClients, roleName: string, policyArn: string): Promise<void> {
  await clients
    .get(IAMClient)
    .send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: policyArn }));
}

/** Detaches the role's policies and deletes it. */
export async function deleteRole(clients: AwsClients, role: IamRole): Promise<void> {
  const iam = clients.get(IAMClient);
  for (const PolicyArn of role.policies) {
    await iam.send(new DetachRolePolicyCommand({ RoleName: role.name, PolicyArn }));
  }
  await iam.send(new DeleteRoleCommand({ RoleName: role.name }));
}

/** A policy by its ARN, or `undefined`. */
export async function findPolicy(clients: AwsClients, arn: string): Promise<IamPolicy | undefined> {
  const iam = clients.get(IAMClient);
  try {
    const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const { PolicyVersion: version } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: policy?.DefaultVersionId }),
    );
    const { Versions: versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }));
    return {
      arn,
      marks: marksOf(policy?.Tags),
      // IAM answers with a URL-encoded document (RFC 3986).
      document: JSON.parse(decodeURIComponent(version?.Document ?? '{}')) as unknown,
      versions: versions.map(({ VersionId, IsDefaultVersion }) => ({
        id: VersionId ?? '',
        isDefault: IsDefaultVersion ?? false,
      })),
    };
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntityException')) return undefined;
    throw error;
  }
}

export async function createPolicy(
  clients: AwsClients,
  policy: { name: string; description: string; document: object; tags: Readonly<Record<string, string>> },
): Promise<void> {
  await unlessMadeBefore('EntityAlreadyExistsException', () =>
    clients.get(IAMClient).send(
      new CreatePolicyCommand({
        PolicyName: policy.name,
        Description: policy.description,
        PolicyDocument: JSON.stringify(policy.document),
        Tags: tagList(policy.tags),
      }),
    ),
  );
}

/** Gives a policy a new default version. A policy keeps five versions at most, so the older ones are removed first. */
export async function replacePolicyDocument(
  clients: AwsClients,
  policy: IamPolicy,
  document: object,
): Promise<void> {
  await deleteOldVersions(clients, policy);
  await clients.get(IAMClient).send(
    new CreatePolicyVersionCommand({
      PolicyArn: policy.arn,
      PolicyDocument: JSON.stringify(document),
      SetAsDefault: true,
    }),
  );
}

/** Deletes a policy with all its versions. It must be attached to nothing. */
export async function deletePolicy(clients: AwsClients, policy: IamPolicy): Promise<void> {
  await deleteOldVersions(clients, policy);
  await clients.get(IAMClient).send(new DeletePolicyCommand({ PolicyArn: policy.arn }));
}

async function deleteOldVersions(clients: AwsClients, { arn, versions }: IamPolicy): Promise<void> {
  for (const { id, isDefault } of versions) {
    if (isDefault) continue;
    await clients.get(IAMClient).send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: id }));
  }
}
