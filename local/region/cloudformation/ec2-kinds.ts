import {
  AuthorizeSecurityGroupIngressCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  DeleteLaunchTemplateCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
  type RequestLaunchTemplateData,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { randomBytes } from 'node:crypto';
import type { Making, ResourceKind } from './resource-kind';
import { defined } from '../../../core/defined';
import { unlessGone } from './unless-gone';

interface Tag {
  Key: string;
  Value: string;
}

/** A resource's own tags go before those of its stack. */
function tagSpecification(ResourceType: ResourceType, { tags }: Making, own: readonly Tag[] = []) {
  const all = { ...tags, ...Object.fromEntries(own.map(({ Key, Value }) => [Key, Value])) };
  const list = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
  // EC2 takes no empty list.
  return list.length === 0 ? [] : [{ ResourceType, Tags: list }];
}

const securityGroup: ResourceKind = {
  create: async (making) => {
    const { clients, properties, stackName, logicalId } = making;
    const { GroupId: id = '' } = await clients.get(EC2Client).send(
      new CreateSecurityGroupCommand({
        GroupName: `${stackName}-${logicalId}-${randomBytes(6).toString('hex')}`,
        Description: String(properties['GroupDescription']),
        ...defined({ VpcId: properties['VpcId'] as string | undefined }),
        TagSpecifications: tagSpecification(
          'security-group',
          making,
          properties['Tags'] as Tag[] | undefined,
        ),
      }),
    );
    return { physicalId: id, attributes: { GroupId: id } };
  },
  remove: async ({ clients }, GroupId) =>
    unlessGone(() => clients.get(EC2Client).send(new DeleteSecurityGroupCommand({ GroupId }))),
};

/** It looks at the rules of its group whatever it does (CloudFormation's schema of the type, permissions of its handlers). */
const securityGroupIngress: ResourceKind = {
  create: async ({ clients, properties }) => {
    const ec2 = clients.get(EC2Client);
    const rule = ruleOf(properties);
    await ec2.send(rulesOf(rule.GroupId));
    const { SecurityGroupRules: [made] = [] } = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand(rule),
    );
    return { physicalId: made?.SecurityGroupRuleId ?? 'sgr', attributes: {} };
  },
  remove: async ({ clients, properties }) => {
    const ec2 = clients.get(EC2Client);
    const rule = ruleOf(properties);
    await unlessGone(() => ec2.send(rulesOf(rule.GroupId)));
    await unlessGone(() => ec2.send(new RevokeSecurityGroupIngressCommand(rule)));
  },
};

const rulesOf = (GroupId: string): DescribeSecurityGroupRulesCommand =>
  new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] });

function ruleOf(properties: Making['properties']): { GroupId: string; IpPermissions: IpPermission[] } {
  const { GroupId, IpProtocol, FromPort, ToPort, CidrIp, SourceSecurityGroupId, Description } =
    properties as Partial<Record<string, string>>;
  const description = defined({ Description });
  return {
    GroupId: GroupId ?? '',
    IpPermissions: [
      {
        IpProtocol,
        // For all protocols there are no ports (EC2 API reference, type IpPermission).
        ...(IpProtocol === '-1' ? {} : { FromPort: Number(FromPort), ToPort: Number(ToPort) }),
        ...(CidrIp !== undefined && { IpRanges: [{ CidrIp, ...description }] }),
        ...(SourceSecurityGroupId !== undefined && {
          UserIdGroupPairs: [{ GroupId: SourceSecurityGroupId, ...description }],
        }),
      },
    ],
  };
}

const launchTemplate: ResourceKind = {
  create: async (making) => {
    const { LaunchTemplateName, LaunchTemplateData } = making.properties;
    const { LaunchTemplate: made } = await making.clients.get(EC2Client).send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: String(LaunchTemplateName),
        LaunchTemplateData: LaunchTemplateData as RequestLaunchTemplateData,
        TagSpecifications: tagSpecification('launch-template', making),
      }),
    );
    const id = made?.LaunchTemplateId ?? '';
    return {
      physicalId: id,
      attributes: { LaunchTemplateId: id, DefaultVersionNumber: '1', LatestVersionNumber: '1' },
    };
  },
  remove: async ({ clients }, LaunchTemplateId) =>
    unlessGone(() => clients.get(EC2Client).send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }))),
};

/** CloudFormation template reference, Amazon EC2. */
export const ec2Kinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::EC2::LaunchTemplate': launchTemplate,
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::EC2::SecurityGroupIngress': securityGroupIngress,
};
