import type { BuildProject } from '../../core/naming';

/**
 * What eksctl 0.230 needs for the commands that the builds give it, in four parts: its own calls, as in its source;
 * what CloudFormation does for the resources of its stacks, with the caller's rights, as in the handlers of their
 * schemas; what EKS checks of its caller; and tags, which need a permission of their own. eksctl's own list of minimum
 * policies allows `eks:*`, `ec2:*` and `cloudformation:*`, which says too little. Not in here is what eksctl asks only of
 * other settings than ours: groups of machines that it manages itself, images of one's own, subnets named for a group, EFA,
 * Outposts, clusters without a way out.
 */

/** Every command: who has stacks, what is in the cluster. */
const everyCommand = [
  'cloudformation:ListStacks',
  'cloudformation:DescribeStacks',
  'cloudformation:DescribeStackEvents',
  // pkg/cfn/manager/nodegroup.go
  'cloudformation:DescribeStackResources',
  'cloudformation:GetTemplate',
  'eks:DescribeCluster',
  // pkg/ctl/cmdutils/cmd.go
  'eks:DescribeClusterVersions',
  'eks:ListNodegroups',
  'eks:DescribeNodegroup',
  // pkg/vpc: the network of the cluster
  'ec2:DescribeVpcs',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
  // pkg/iam/oidc
  'iam:GetOpenIDConnectProvider',
];

/** `delete cluster`, which the build that makes clusters runs too, where one has failed (builds/cluster/converge.ts). */
const deleteCluster = [
  'cloudformation:DeleteStack',
  'cloudformation:UpdateTerminationProtection',
  // pkg/actions/cluster: add-ons, associations and entries by EKS' API, what has none by its stack
  'eks:DeleteCluster',
  'eks:ListFargateProfiles',
  'eks:ListAddons',
  'eks:DescribeAddon',
  'eks:DeleteAddon',
  'eks:ListPodIdentityAssociations',
  'eks:DescribePodIdentityAssociation',
  'eks:DeletePodIdentityAssociation',
  'eks:ListAccessEntries',
  'eks:DescribeAccessEntry',
  'eks:DeleteAccessEntry',
  'iam:DeleteOpenIDConnectProvider',
  // pkg/ssh/client
  'ec2:DescribeKeyPairs',
  // pkg/elb/cleanup.go, pkg/vpc/cleanup.go
  'elasticloadbalancing:DescribeLoadBalancers',
  'ec2:DeleteSecurityGroup',
  'ec2:RevokeSecurityGroupIngress',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DeleteNetworkInterface',
  // The handlers that delete AWS::EKS::Nodegroup, ::AccessEntry, AWS::EC2::LaunchTemplate, ::SecurityGroup and its rules,
  // AWS::IAM::Role
  'eks:DeleteNodegroup',
  'eks:ListAssociatedAccessPolicies',
  'ec2:DeleteLaunchTemplate',
  'ec2:DescribeLaunchTemplates',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeInstances',
  'iam:GetRole',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
  'iam:GetRolePolicy',
  'iam:DetachRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:DeleteRole',
];

/** `create cluster`, `nodegroup`, `addon`, `accessentry`, `podidentityassociation`. */
const create = [
  'cloudformation:CreateStack',
  'cloudformation:TagResource',
  'ec2:DescribeInstanceTypeOfferings',
  'eks:CreateAddon',
  'eks:DescribeAddonVersions',
  'eks:DescribeAddonConfiguration',
  'eks:CreatePodIdentityAssociation',
  'eks:TagResource',
  'iam:CreateOpenIDConnectProvider',
  'iam:TagOpenIDConnectProvider',
  // AWS::EKS::Cluster, ::Nodegroup, ::AccessEntry
  'eks:CreateCluster',
  'eks:CreateNodegroup',
  'eks:CreateAccessEntry',
  'eks:AssociateAccessPolicy',
  'iam:PassRole',
  'iam:CreateServiceLinkedRole',
  'kms:DescribeKey',
  'kms:CreateGrant',
  // AWS::EC2::SecurityGroup, ::SecurityGroupIngress and Egress, ::LaunchTemplate
  'ec2:CreateSecurityGroup',
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:DescribeSecurityGroupRules',
  'ec2:CreateLaunchTemplate',
  'ec2:CreateTags',
  // AWS::IAM::Role
  'iam:CreateRole',
  'iam:TagRole',
  'iam:AttachRolePolicy',
  // EKS, for a node group with a launch template
  'ec2:RunInstances',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeRouteTables',
];

/** `upgrade`, `scale`, `update addon`, `utils`. */
const change = [
  'cloudformation:CreateChangeSet',
  'cloudformation:DescribeChangeSet',
  'cloudformation:ExecuteChangeSet',
  'eks:UpdateClusterConfig',
  'eks:UpdateClusterVersion',
  'eks:AssociateEncryptionConfig',
  'eks:DescribeUpdate',
  'eks:UpdateNodegroupConfig',
  'eks:UpdateNodegroupVersion',
  'eks:UpdateAddon',
  // AWS::EC2::LaunchTemplate
  'ec2:CreateLaunchTemplateVersion',
];

/** IAM actions that eksctl needs in each build. */
export const eksctlNeeds: Readonly<Record<BuildProject, readonly string[]>> = {
  cluster: [...everyCommand, ...create, ...change, ...deleteCluster],
  kubeflow: [],
  teardown: [...everyCommand, ...deleteCluster],
};
