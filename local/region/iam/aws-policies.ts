const tag = 'efs.csi.aws.com/cluster';
const givesTag = {
  Null: { [`aws:RequestTag/${tag}`]: 'false' },
  'ForAllValues:StringEquals': { 'aws:TagKeys': tag },
} as const;

/**
 * Statements of policies of AWS that are held here, by what follows `policy/` in their ARN: of the roles of programs that run themselves.
 *
 * Source: AWS Managed Policy Reference, AmazonEFSCSIDriverPolicy, version v1
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEFSCSIDriverPolicy.html).
 */
export const policiesOfAws: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'service-role/AmazonEFSCSIDriverPolicy': [
    {
      Effect: 'Allow',
      Action: [
        'elasticfilesystem:DescribeAccessPoints',
        'elasticfilesystem:DescribeFileSystems',
        'elasticfilesystem:DescribeMountTargets',
        'ec2:DescribeAvailabilityZones',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: 'elasticfilesystem:CreateAccessPoint',
      Resource: '*',
      Condition: givesTag,
    },
    {
      Effect: 'Allow',
      Action: 'elasticfilesystem:TagResource',
      Resource: '*',
      Condition: { ...givesTag, StringEquals: { 'elasticfilesystem:CreateAction': 'CreateAccessPoint' } },
    },
    {
      Effect: 'Allow',
      Action: 'elasticfilesystem:DeleteAccessPoint',
      Resource: '*',
      Condition: { Null: { [`aws:ResourceTag/${tag}`]: 'false' } },
    },
  ],
};
