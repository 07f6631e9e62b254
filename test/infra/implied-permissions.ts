/** What AWS demands of a caller beside the permission that goes by the name of the call. */
interface Implied {
  /** Permissions of the caller, all of which the policies that have the action must have. */
  readonly needs: readonly string[];
  /** Those that the source names and no call of this project meets, with why. */
  readonly passedOver?: readonly (readonly [actions: string, why: string])[];
  /** Where AWS says so. "SAR" is the Service Authorization Reference, column "Dependent actions". */
  readonly source: string;
}

const tagged = (needs: string, source: string): Implied => ({ needs: [needs], source });
const otherKinds = 'of resources that are no load balancers';

/**
 * By the action that goes by the name of the call. The tests hold it against the policies of functions and builds, where
 * nothing else may be left over, and against those of Karpenter and the load balancer controller.
 */
export const impliedPermissions: Readonly<Record<string, Implied>> = {
  'acm:RequestCertificate': tagged('acm:AddTagsToCertificate', 'ACM API reference, RequestCertificate'),
  'backup:CreateBackupPlan': {
    needs: [],
    passedOver: [['iam:PassRole', 'the role of scans for malware, which no plan has']],
    source: 'SAR, AWS Backup',
  },
  'backup:CreateBackupSelection': {
    needs: ['iam:PassRole', 'iam:GetRole', 'iam:CreateServiceLinkedRole'],
    source: "SAR, AWS Backup; CloudFormation's schema of AWS::Backup::BackupSelection, handlers",
  },
  'backup:CreateBackupVault': {
    needs: [
      'backup:TagResource',
      'backup-storage:MountCapsule',
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKey',
      'kms:RetireGrant',
    ],
    source: 'AWS Backup developer guide, "Backup vault creation and deletion"',
  },
  'backup:StartBackupJob': {
    needs: ['iam:PassRole', 'iam:CreateServiceLinkedRole', 'backup:TagResource'],
    source: 'SAR, AWS Backup; AWS Backup developer guide, "Using roles to back up and copy"',
  },
  'backup:UpdateBackupPlan': {
    needs: [],
    passedOver: [['iam:PassRole', 'the role of scans for malware, which no plan has']],
    source: 'SAR, AWS Backup',
  },
  'cloudwatch:PutMetricAlarm': tagged('cloudwatch:TagResource', 'CloudWatch API reference, PutMetricAlarm'),
  'cognito-idp:CreateUserPool': {
    needs: ['cognito-idp:TagResource'],
    passedOver: [
      ['iam:CreateServiceLinkedRole', 'mail by SES, which no pool sends'],
      ['iam:PassRole', 'text messages, which no pool sends'],
      ['kms:CreateGrant', 'a key of its own, which no pool has'],
    ],
    source: "CloudFormation's schema of AWS::Cognito::UserPool, handlers",
  },
  'cognito-idp:CreateUserPoolDomain': {
    needs: ['acm:DescribeCertificate', 'cloudfront:UpdateDistribution'],
    source: 'Cognito developer guide, "Using your own domain for managed login"',
  },
  'ec2:AuthorizeSecurityGroupEgress': {
    needs: [],
    passedOver: [['ec2:CreateTags', 'rules with tags, of which there are none']],
    source: 'SAR, Amazon EC2',
  },
  'ec2:AuthorizeSecurityGroupIngress': {
    needs: [],
    passedOver: [['ec2:CreateTags', 'rules with tags, of which there are none']],
    source: 'SAR, Amazon EC2',
  },
  'ec2:CreateFleet': {
    needs: ['ec2:CreateTags', 'ec2:RunInstances', 'iam:PassRole'],
    passedOver: [['iam:CreateServiceLinkedRole', "Spot's, which the build of the cluster makes"]],
    source: 'SAR, Amazon EC2; EC2 user guide, "Service-linked role for Spot Instances"',
  },
  'ec2:CreateLaunchTemplate': {
    needs: ['ec2:CreateTags'],
    passedOver: [['ssm:GetParameters', 'images by the name of a parameter, which no template has']],
    source: 'SAR, Amazon EC2',
  },
  'ec2:CreateLaunchTemplateVersion': {
    needs: [],
    passedOver: [['ssm:GetParameters', 'images by the name of a parameter, which no template has']],
    source: 'SAR, Amazon EC2',
  },
  'ec2:CreateSecurityGroup': tagged('ec2:CreateTags', 'SAR, Amazon EC2'),
  'ec2:DescribeLaunchTemplateVersions': {
    needs: [],
    passedOver: [['ssm:GetParameters', 'images by the name of a parameter, which no template has']],
    source: 'SAR, Amazon EC2',
  },
  'ec2:RunInstances': {
    needs: ['ec2:CreateTags', 'iam:PassRole'],
    passedOver: [['ssm:GetParameters', 'images by the name of a parameter, which no template has']],
    source: 'SAR, Amazon EC2',
  },
  'eks:CreateAccessEntry': tagged('eks:TagResource', 'SAR, Amazon EKS'),
  'eks:CreateAddon': {
    needs: ['eks:TagResource', 'eks:CreatePodIdentityAssociation', 'iam:GetRole', 'iam:PassRole'],
    source: "CloudFormation's schema of AWS::EKS::Addon, handlers",
  },
  'eks:CreateCluster': {
    needs: [
      'eks:TagResource',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'iam:CreateServiceLinkedRole',
      'iam:GetRole',
      'iam:ListAttachedRolePolicies',
      'iam:PassRole',
      'kms:CreateGrant',
      'kms:DescribeKey',
    ],
    passedOver: [['iam:CreateInstanceProfile', 'EKS Auto Mode, which no cluster has']],
    source: "CloudFormation's schema of AWS::EKS::Cluster, handlers",
  },
  'eks:CreateNodegroup': {
    needs: [
      'eks:TagResource',
      'ec2:CreateTags',
      'ec2:DescribeKeyPairs',
      'ec2:DescribeLaunchTemplateVersions',
      'ec2:DescribeLaunchTemplates',
      'ec2:DescribeRouteTables',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'ec2:RunInstances',
      'iam:CreateServiceLinkedRole',
      'iam:GetRole',
      'iam:ListAttachedRolePolicies',
      'iam:PassRole',
    ],
    passedOver: [['ec2:DeleteTags', 'the schema of the type has it; nothing is known that would need it']],
    source: "CloudFormation's schema of AWS::EKS::Nodegroup, handlers",
  },
  'eks:CreatePodIdentityAssociation': {
    needs: ['eks:TagResource', 'iam:GetRole', 'iam:PassRole'],
    source: "CloudFormation's schema of AWS::EKS::PodIdentityAssociation, handlers",
  },
  'elasticfilesystem:CreateFileSystem': {
    needs: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext'],
    source: 'EFS user guide, "Using AWS KMS keys for Amazon EFS"',
  },
  'elasticfilesystem:CreateMountTarget': {
    needs: ['ec2:CreateNetworkInterface', 'iam:CreateServiceLinkedRole'],
    source: 'EFS API reference, CreateMountTarget',
  },
  'elasticfilesystem:DeleteMountTarget': {
    needs: ['ec2:DeleteNetworkInterface'],
    source: 'EFS API reference, DeleteMountTarget',
  },
  'elasticloadbalancing:CreateListener': tagged(
    'elasticloadbalancing:AddTags',
    'SAR, Elastic Load Balancing',
  ),
  'elasticloadbalancing:CreateLoadBalancer': {
    needs: ['elasticloadbalancing:AddTags', 'iam:CreateServiceLinkedRole'],
    source: 'SAR, Elastic Load Balancing; Elastic Load Balancing user guide, "Service-linked roles"',
  },
  'elasticloadbalancing:CreateRule': tagged('elasticloadbalancing:AddTags', 'SAR, Elastic Load Balancing'),
  'elasticloadbalancing:CreateTargetGroup': tagged(
    'elasticloadbalancing:AddTags',
    'SAR, Elastic Load Balancing',
  ),
  'events:PutRule': tagged('events:TagResource', 'EventBridge API reference, PutRule'),
  'iam:AddRoleToInstanceProfile': tagged('iam:PassRole', 'SAR, AWS IAM'),
  'iam:CreateInstanceProfile': tagged('iam:TagInstanceProfile', 'IAM API reference, CreateInstanceProfile'),
  'iam:CreatePolicy': tagged('iam:TagPolicy', 'IAM API reference, CreatePolicy'),
  'iam:CreateRole': tagged('iam:TagRole', 'IAM API reference, CreateRole'),
  'logs:CreateLogGroup': tagged('logs:TagResource', 'CloudWatch Logs API reference, CreateLogGroup'),
  'rds:CreateDBInstance': {
    needs: ['iam:CreateServiceLinkedRole', 'kms:Decrypt', 'kms:GenerateDataKey', 'rds:AddTagsToResource'],
    source: 'SAR, Amazon RDS; the role of the service is made with the first database',
  },
  'rds:DeleteDBInstance': {
    needs: ['rds:AddTagsToResource', 'rds:CreateDBSnapshot'],
    source: 'SAR, Amazon RDS',
  },
  'secretsmanager:CreateSecret': tagged(
    'secretsmanager:TagResource',
    'Secrets Manager API reference, CreateSecret',
  ),
  'servicequotas:GetServiceQuota': {
    needs: [],
    passedOver: [
      [
        'dynamodb:DescribeLimits',
        'quotas of other services than those of EC2 and CodeBuild that are asked for',
      ],
    ],
    source: 'SAR, Service Quotas',
  },
  'sns:CreateTopic': {
    needs: ['sns:TagResource'],
    passedOver: [['iam:PassRole', 'logs of deliveries, which no topic has']],
    source: 'SAR, Amazon SNS',
  },
  'sns:Publish': {
    needs: ['kms:Decrypt', 'kms:GenerateDataKey'],
    source:
      'SNS developer guide, "Managing Amazon SNS encryption keys and costs": the topic has a key of ours',
  },
  'sqs:CreateQueue': tagged('sqs:TagQueue', 'SQS API reference, CreateQueue'),
  'wafv2:AssociateWebACL': {
    needs: ['elasticloadbalancing:CreateWebACLAssociation', 'elasticloadbalancing:SetWebACL'],
    passedOver: [
      ['wafv2:PutPermissionPolicy', 'rule groups that are shared with other accounts'],
      ['cognito-idp:AssociateWebACL', otherKinds],
    ],
    source: 'SAR, AWS WAF V2',
  },
  'wafv2:DisassociateWebACL': {
    needs: ['elasticloadbalancing:DeleteWebACLAssociation', 'elasticloadbalancing:SetWebACL'],
    passedOver: [
      ['wafv2:PutPermissionPolicy', 'rule groups that are shared with other accounts'],
      ['cognito-idp:DisassociateWebACL', otherKinds],
    ],
    source: 'SAR, AWS WAF V2',
  },
  'wafv2:GetWebACLForResource': {
    needs: ['elasticloadbalancing:GetLoadBalancerWebACL', 'wafv2:GetWebACL'],
    passedOver: [['cognito-idp:GetWebACLForResource', otherKinds]],
    source: 'SAR, AWS WAF V2',
  },
};

/** What calls of these actions demand besides. */
export const impliedBy = (actions: readonly string[]): string[] =>
  actions.flatMap((action) => impliedPermissions[action]?.needs ?? []);
