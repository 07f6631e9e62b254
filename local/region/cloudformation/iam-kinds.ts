import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { randomBytes } from 'node:crypto';
import { defined } from '../../../core/defined';
import type { ResourceKind } from './resource-kind';
import { unlessGone } from './unless-gone';

interface RoleProperties {
  RoleName?: string;
  Path?: string;
  AssumeRolePolicyDocument: object;
  ManagedPolicyArns?: string[];
  PermissionsBoundary?: string;
  Policies?: { PolicyName: string; PolicyDocument: object }[];
  Tags?: { Key: string; Value: string }[];
}

const role: ResourceKind = {
  create: async ({ clients, stackName, logicalId, properties, tags }) => {
    const iam = clients.get(IAMClient);
    const wanted = properties as unknown as RoleProperties;
    // IAM's names have 64 characters; CloudFormation shortens the stack's and adds random ones.
    const name =
      wanted.RoleName ?? `${`${stackName}-${logicalId}`.slice(0, 51)}-${randomBytes(6).toString('hex')}`;
    const own = Object.fromEntries((wanted.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    const { Role: made } = await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify(wanted.AssumeRolePolicyDocument),
        ...defined({ Path: wanted.Path, PermissionsBoundary: wanted.PermissionsBoundary }),
        Tags: Object.entries({ ...tags, ...own }).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return { physicalId: name, attributes: { Arn: made?.Arn ?? '', RoleId: made?.RoleId ?? '' } };
  },
  // Apart, so that a role which gets no policies is removed again.
  settled: async ({ clients, properties }, RoleName) => {
    const iam = clients.get(IAMClient);
    const wanted = properties as unknown as RoleProperties;
    for (const PolicyArn of wanted.ManagedPolicyArns ?? [])
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    for (const { PolicyName, PolicyDocument } of wanted.Policies ?? [])
      await iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName,
          PolicyDocument: JSON.stringify(PolicyDocument),
        }),
      );
    return {};
  },
  // What CloudFormation changes without re-creating the role.
  update: async ({ clients, properties }, RoleName) => {
    const iam = clients.get(IAMClient);
    const { ManagedPolicyArns: wanted = [], AssumeRolePolicyDocument } =
      properties as unknown as RoleProperties;
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName,
        PolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
      }),
    );
    const { AttachedPolicies: attached = [] } = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName }),
    );
    for (const PolicyArn of wanted) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    for (const { PolicyArn } of attached)
      if (!wanted.includes(PolicyArn ?? ''))
        await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  },
  remove: async ({ clients }, RoleName) =>
    unlessGone(async () => {
      const iam = clients.get(IAMClient);
      await iam.send(new GetRoleCommand({ RoleName }));
      const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      for (const { PolicyArn } of attached.AttachedPolicies ?? [])
        await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
      const { PolicyNames: own = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      for (const PolicyName of own) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    }),
};

/** CloudFormation template reference, AWS Identity and Access Management. */
export const iamKinds: Readonly<Record<string, ResourceKind>> = { 'AWS::IAM::Role': role };
