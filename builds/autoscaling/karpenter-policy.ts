import { defined } from '../../core/defined';
import { endpointDomainOf } from '../../core/partitions';
import type { PolicyStatement } from '../load-balancer/load-balancer-policy';

/**
 * What Karpenter may do: make, tag and end the machines of this cluster, which it knows by the tags that it puts on all
 * that it makes. After the policy that the project publishes for version 1.12 (its reference, "CloudFormation"), but
 * without instance profiles, which it would make itself where a node class names a role: here the build makes the one
 * there is.
 *
 * @param nodeRole name of the role of its nodes
 * @param volumeKeyArn the account's own key that encrypts volumes for which none is named, if it has one
 * @param queueArn of the queue by which it learns of machines that end
 */
export function karpenterPolicy(options: {
  partition: string;
  region: string;
  accountId: string;
  clusterName: string;
  nodeRole: string;
  queueArn: string;
  volumeKeyArn?: string | undefined;
}): { Version: '2012-10-17'; Statement: PolicyStatement[] } {
  const { partition, region, accountId, clusterName, nodeRole, queueArn, volumeKeyArn } = options;
  const ec2 = (resource: string): string => `arn:${partition}:ec2:${region}:${accountId}:${resource}`;
  const owned = `kubernetes.io/cluster/${clusterName}`;
  const requested = {
    StringEquals: {
      [`aws:RequestTag/${owned}`]: 'owned',
      'aws:RequestTag/eks:eks-cluster-name': clusterName,
    },
    StringLike: { 'aws:RequestTag/karpenter.sh/nodepool': '*' },
  };
  const made = {
    StringEquals: { [`aws:ResourceTag/${owned}`]: 'owned' },
    StringLike: { 'aws:ResourceTag/karpenter.sh/nodepool': '*' },
  };
  const statement = (
    Sid: string,
    Action: string[],
    Resource: string | string[],
    Condition?: PolicyStatement['Condition'],
  ): PolicyStatement => ({ Sid, Effect: 'Allow', Action, Resource, ...defined({ Condition }) });
  const withTags = [
    'fleet/*',
    'instance/*',
    'volume/*',
    'network-interface/*',
    'launch-template/*',
    'spot-instances-request/*',
  ].map(ec2);
  return {
    Version: '2012-10-17',
    Statement: [
      statement(
        'LaunchFrom',
        ['ec2:RunInstances', 'ec2:CreateFleet'],
        [
          `arn:${partition}:ec2:${region}::image/*`,
          `arn:${partition}:ec2:${region}::snapshot/*`,
          ec2('security-group/*'),
          ec2('subnet/*'),
        ],
      ),
      statement(
        'LaunchByOwnTemplates',
        ['ec2:RunInstances', 'ec2:CreateFleet'],
        ec2('launch-template/*'),
        made,
      ),
      statement(
        'LaunchWithTags',
        ['ec2:RunInstances', 'ec2:CreateFleet', 'ec2:CreateLaunchTemplate'],
        withTags,
        requested,
      ),
      statement('TagWhatIsMade', ['ec2:CreateTags'], withTags, {
        StringEquals: {
          ...requested.StringEquals,
          'ec2:CreateAction': ['RunInstances', 'CreateFleet', 'CreateLaunchTemplate'],
        },
        StringLike: requested.StringLike,
      }),
      statement('NameNodes', ['ec2:CreateTags'], ec2('instance/*'), {
        ...made,
        StringEqualsIfExists: { 'aws:RequestTag/eks:eks-cluster-name': clusterName },
        'ForAllValues:StringEquals': {
          'aws:TagKeys': ['eks:eks-cluster-name', 'karpenter.sh/nodeclaim', 'Name'],
        },
      }),
      statement(
        'EndOwn',
        ['ec2:TerminateInstances', 'ec2:DeleteLaunchTemplate'],
        [ec2('instance/*'), ec2('launch-template/*')],
        made,
      ),
      // These actions know no resources.
      statement(
        'SeeMachines',
        [
          'ec2:DescribeCapacityReservations',
          'ec2:DescribeImages',
          'ec2:DescribeInstances',
          'ec2:DescribeInstanceStatus',
          'ec2:DescribeInstanceTypeOfferings',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeLaunchTemplates',
          'ec2:DescribePlacementGroups',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSpotPriceHistory',
          'ec2:DescribeSubnets',
        ],
        '*',
        { StringEquals: { 'aws:RequestedRegion': region } },
      ),
      statement('SeePrices', ['pricing:GetProducts'], '*'),
      // It looks for instance profiles that an earlier version of it left.
      statement('SeeInstanceProfiles', ['iam:ListInstanceProfiles'], '*'),
      // Asked for by the name that its first versions gave, or no node class ever goes (`LegacyInstanceProfileName` in its
      // `pkg/apis/v1`, `finalize` in its `pkg/controllers/nodeclass`).
      statement(
        'LookForFormerInstanceProfile',
        ['iam:GetInstanceProfile'],
        `arn:${partition}:iam::${accountId}:instance-profile/${clusterName}_*`,
      ),
      statement(
        'FindImages',
        ['ssm:GetParameter'],
        `arn:${partition}:ssm:${region}::parameter/aws/service/eks/*`,
      ),
      statement('PassNodeRole', ['iam:PassRole'], `arn:${partition}:iam::${accountId}:role/${nodeRole}`, {
        StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com'] },
      }),
      statement(
        'SeeCluster',
        ['eks:DescribeCluster'],
        `arn:${partition}:eks:${region}:${accountId}:cluster/${clusterName}`,
      ),
      statement(
        'HearOfInterruptions',
        ['sqs:DeleteMessage', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
        queueArn,
      ),
      ...(volumeKeyArn === undefined ? [] : encryptVolumes(volumeKeyArn, region)),
    ],
  };
}

/**
 * EC2 asks KMS with the rights of who launches a machine, and gets a grant with them, by which its host has the volume's key for as
 * long as the volume is attached; without them the machine ends at once (EBS user guide, "Requirements for Amazon EBS encryption";
 * Karpenter's guide, "Troubleshooting": Node terminates before ready on failed encrypted EBS volume). Through EC2 alone.
 */
function encryptVolumes(keyArn: string, region: string): PolicyStatement[] {
  const StringEquals = { 'kms:ViaService': `ec2.${region}.${endpointDomainOf(region)}` };
  return [
    {
      Sid: 'EncryptVolumes',
      Effect: 'Allow',
      Action: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      Resource: keyArn,
      Condition: { StringEquals },
    },
    {
      Sid: 'LetVolumesBeAttached',
      Effect: 'Allow',
      Action: ['kms:CreateGrant'],
      Resource: keyArn,
      Condition: { StringEquals, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ];
}
