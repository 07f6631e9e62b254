import type { BuildProject } from '../core/naming';
import { keyAlias, logGroupNames } from './names';
import { here, look, madeOurs, ours, secrets, type Permission } from './statements';

/**
 * What the builds may do. eksctl works through CloudFormation with the caller's rights, so that what its stacks make
 * is in these lists too: roles, security groups, launch templates. A cluster's name and the prefixes of its roles are
 * the configuration's and not known when the stack is deployed.
 */

const stacks: Permission = {
  actions: [
    'cloudformation:CreateStack',
    'cloudformation:UpdateStack',
    'cloudformation:DeleteStack',
    'cloudformation:UpdateTerminationProtection',
    'cloudformation:CreateChangeSet',
    'cloudformation:DescribeChangeSet',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:DeleteChangeSet',
    'cloudformation:DescribeStacks',
    'cloudformation:DescribeStackEvents',
    'cloudformation:DescribeStackResource',
    'cloudformation:DescribeStackResources',
    'cloudformation:ListStackResources',
    'cloudformation:GetTemplate',
    'cloudformation:TagResource',
  ],
  resources: [here('cloudformation', 'stack/eksctl-*/*')],
  why: 'eksctl keeps everything in stacks whose names begin with eksctl-. The rest of the name is the cluster.',
};

const seeStacks = look(['cloudformation:ListStacks'], 'eksctl finds its stacks by listing them');

const readClusters: Permission = {
  actions: [
    'eks:DescribeCluster',
    'eks:DescribeNodegroup',
    'eks:DescribeAddon',
    'eks:DescribeUpdate',
    'eks:DescribeAccessEntry',
    'eks:DescribePodIdentityAssociation',
    'eks:ListNodegroups',
    'eks:ListAddons',
    'eks:ListUpdates',
    'eks:ListAccessEntries',
    'eks:ListAssociatedAccessPolicies',
    'eks:ListPodIdentityAssociations',
    'eks:ListFargateProfiles',
    'eks:ListTagsForResource',
  ],
  resources: [
    here('eks', 'cluster/*'),
    here('eks', 'nodegroup/*'),
    here('eks', 'addon/*'),
    here('eks', 'access-entry/*'),
    here('eks', 'podidentityassociation/*'),
    here('eks', 'fargateprofile/*'),
  ],
  why: "Compares the cluster with the configuration, and tells ours from another's by tag.",
};

const seeAddons = look(
  [
    'eks:ListClusters',
    'eks:DescribeAddonVersions',
    'eks:DescribeAddonConfiguration',
    'eks:DescribeClusterVersions',
  ],
  'Finds versions that fit the cluster',
);

const makeClusters: readonly Permission[] = [
  {
    actions: ['eks:CreateCluster'],
    resources: ['*'],
    conditions: madeOurs,
    why: 'Makes clusters with our tag only; the action knows no resources.',
  },
  {
    actions: ['eks:TagResource'],
    resources: [here('eks', 'cluster/*')],
    conditions: madeOurs,
    why: "Tags a cluster as it is made. The name is the configuration's.",
  },
];

const changeClusters: Permission = {
  actions: [
    'eks:UpdateClusterConfig',
    'eks:UpdateClusterVersion',
    'eks:AssociateEncryptionConfig',
    'eks:CreateNodegroup',
    'eks:CreateAddon',
    'eks:CreateAccessEntry',
    'eks:CreatePodIdentityAssociation',
  ],
  resources: [here('eks', 'cluster/*')],
  conditions: ours,
  why: 'Brings clusters with our tag to what is configured.',
};

/** Parts of a cluster get their tags from eksctl, which puts the configured ones, with ours, on all of them. */
const changeParts: Permission = {
  actions: [
    'eks:UpdateNodegroupConfig',
    'eks:UpdateNodegroupVersion',
    'eks:DeleteNodegroup',
    'eks:UpdateAddon',
    'eks:DeleteAddon',
    'eks:UpdateAccessEntry',
    'eks:DeleteAccessEntry',
    'eks:AssociateAccessPolicy',
    'eks:DisassociateAccessPolicy',
    'eks:UpdatePodIdentityAssociation',
    'eks:DeletePodIdentityAssociation',
  ],
  resources: [
    here('eks', 'nodegroup/*'),
    here('eks', 'addon/*'),
    here('eks', 'access-entry/*'),
    here('eks', 'podidentityassociation/*'),
  ],
  conditions: ours,
  why: 'Brings node groups, add-ons and access entries with our tag to what is configured.',
};

const tagParts: Permission = {
  actions: ['eks:TagResource'],
  resources: [
    here('eks', 'nodegroup/*'),
    here('eks', 'addon/*'),
    here('eks', 'access-entry/*'),
    here('eks', 'podidentityassociation/*'),
  ],
  conditions: madeOurs,
  why: 'Tags the parts of a cluster as they are made.',
};

const seeNetwork = look(
  [
    'ec2:DescribeVpcs',
    'ec2:DescribeSubnets',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSecurityGroupRules',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeAvailabilityZones',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeNatGateways',
    'ec2:DescribeVpcAttribute',
    'ec2:DescribeImages',
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeInstanceTypeOfferings',
    'ec2:DescribeKeyPairs',
    'ec2:DescribeLaunchTemplates',
    'ec2:DescribeLaunchTemplateVersions',
    'ec2:DescribeTags',
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeScalingActivities',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTags',
  ],
  'Reads the network, the nodes and the load balancers',
);

const makeNodes: readonly Permission[] = [
  {
    actions: ['ec2:CreateSecurityGroup', 'ec2:CreateLaunchTemplate'],
    resources: [here('ec2', 'security-group/*'), here('ec2', 'launch-template/*')],
    conditions: madeOurs,
    why: 'The security groups of the cluster and the launch templates of the nodes; ids are random.',
  },
  {
    actions: ['ec2:CreateSecurityGroup'],
    resources: [here('ec2', 'vpc/*')],
    why: "A security group is made in a VPC, which is the configuration's.",
  },
  {
    actions: ['ec2:CreateTags'],
    resources: [here('ec2', 'security-group/*'), here('ec2', 'launch-template/*')],
    conditions: { StringEquals: { 'ec2:CreateAction': ['CreateSecurityGroup', 'CreateLaunchTemplate'] } },
    why: 'Tags, in the call that makes the resource.',
  },
  {
    actions: [
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:CreateLaunchTemplateVersion',
    ],
    resources: [here('ec2', 'security-group/*'), here('ec2', 'launch-template/*')],
    conditions: ours,
    why: 'Changes security groups and launch templates with our tag; ids are random.',
  },
  {
    actions: ['ec2:RunInstances'],
    resources: [
      here('ec2', 'instance/*'),
      here('ec2', 'volume/*'),
      here('ec2', 'network-interface/*'),
      here('ec2', 'launch-template/*'),
      here('ec2', 'security-group/*'),
      here('ec2', 'subnet/*'),
      here('ec2', 'key-pair/*'),
      'arn:<partition>:ec2:<region>::image/*',
    ],
    conditions: { Bool: { 'ec2:IsLaunchTemplateResource': 'true' } },
    why: 'EKS checks that the caller could run what the launch template says; nothing is run without a template.',
  },
];

const removeNodes: Permission = {
  actions: [
    'ec2:DeleteSecurityGroup',
    'ec2:DeleteLaunchTemplate',
    'ec2:DeleteLaunchTemplateVersions',
    'ec2:DeleteTags',
  ],
  resources: [here('ec2', 'security-group/*'), here('ec2', 'launch-template/*')],
  conditions: ours,
  why: 'Removes security groups and launch templates with our tag; ids are random.',
};

/** Roles that eksctl names, and those that the configuration's prefix and the cluster's name do (builds/cluster). */
const clusterRoles = [
  'eksctl-*',
  '*_kubeflow_Cluster_*',
  '*_kubeflow_Worker_*',
  '*_kubeflow_LoadBalancer_*',
].map((name) => `arn:<partition>:iam::<account>:role/${name}`);
const clusterPolicies = ['arn:<partition>:iam::<account>:policy/*_alb_ingress_policy_*'];
const oidcProviders = ['arn:<partition>:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/*'];

const readRoles: Permission = {
  actions: [
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:ListRolePolicies',
    'iam:ListAttachedRolePolicies',
    'iam:ListInstanceProfilesForRole',
    'iam:ListRoleTags',
    'iam:GetPolicy',
    'iam:GetPolicyVersion',
    'iam:ListPolicyVersions',
    'iam:GetOpenIDConnectProvider',
  ],
  resources: [...clusterRoles, ...clusterPolicies, ...oidcProviders],
  why: "Compares the cluster's roles; their names begin with the configuration's prefix or with eksctl-.",
};

const makeRoles: readonly Permission[] = [
  {
    actions: ['iam:CreateRole', 'iam:TagRole', 'iam:CreatePolicy', 'iam:TagPolicy'],
    resources: [...clusterRoles, ...clusterPolicies],
    conditions: madeOurs,
    why: "The roles of the control plane, the nodes and the add-ons, and the controller's policy, with our tag.",
  },
  {
    actions: ['iam:CreateOpenIDConnectProvider', 'iam:TagOpenIDConnectProvider'],
    resources: oidcProviders,
    why: "The cluster's identity provider; its id is the cluster's, which is random.",
  },
  {
    actions: [
      'iam:AttachRolePolicy',
      'iam:PutRolePolicy',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRoleDescription',
      'iam:CreatePolicyVersion',
    ],
    resources: [...clusterRoles, ...clusterPolicies],
    conditions: ours,
    why: 'Brings roles and policies with our tag to what is wanted.',
  },
  {
    actions: ['iam:PassRole'],
    resources: clusterRoles,
    conditions: {
      StringEquals: {
        'iam:PassedToService': ['eks.amazonaws.com', 'ec2.amazonaws.com', 'pods.eks.amazonaws.com'],
      },
    },
    why: "Hands the cluster's roles to EKS, its nodes and its pods, and to no other service.",
  },
  {
    actions: ['iam:CreateServiceLinkedRole'],
    resources: ['arn:<partition>:iam::<account>:role/aws-service-role/*'],
    conditions: {
      StringEquals: {
        'iam:AWSServiceName': [
          'eks.amazonaws.com',
          'eks-nodegroup.amazonaws.com',
          'autoscaling.amazonaws.com',
          'elasticloadbalancing.amazonaws.com',
        ],
      },
    },
    why: 'The first cluster of an account makes the roles of these services; AWS chooses their names.',
  },
];

const removeRoles: Permission = {
  actions: [
    'iam:DeleteRole',
    'iam:DeleteRolePolicy',
    'iam:DetachRolePolicy',
    'iam:DeletePolicy',
    'iam:DeletePolicyVersion',
    'iam:DeleteOpenIDConnectProvider',
  ],
  resources: [...clusterRoles, ...clusterPolicies, ...oidcProviders],
  conditions: ours,
  why: 'Removes roles, policies and the identity provider with our tag.',
};

const encryption: readonly Permission[] = [
  {
    actions: ['kms:DescribeKey'],
    resources: [here('kms', 'key/*')],
    why: 'Reads the configured key; which one it is stands in the configuration.',
  },
  {
    actions: ['kms:CreateGrant'],
    resources: [here('kms', 'key/*')],
    conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    why: "EKS gets a grant on the configured key, to encrypt the cluster's secrets with it.",
  },
];

const images: Permission = {
  actions: ['ssm:GetParameter', 'ssm:GetParameters'],
  resources: ['arn:<partition>:ssm:<region>::parameter/aws/service/eks/*'],
  why: "Reads the id of the node image for a version of Kubernetes, from AWS' own parameters.",
};

const mirror: Permission = {
  actions: ['s3:GetObject'],
  resources: ['arn:<partition>:s3:::*/*'],
  conditions: { StringEquals: { 'aws:ResourceAccount': '<account>' } },
  why: 'Fetches tools and Kubeflow from a mirror in this account, where there is one. Their checksums are pinned or configured.',
};

const seeOidcProviders = look(
  ['iam:ListOpenIDConnectProviders'],
  'Looks for the identity provider of the cluster',
);

/** The permissions of the builds' roles, beyond their own log and source. */
export const buildPermissions: Record<BuildProject, readonly Permission[]> = {
  cluster: [
    stacks,
    seeStacks,
    readClusters,
    seeAddons,
    ...makeClusters,
    changeClusters,
    changeParts,
    tagParts,
    seeNetwork,
    ...makeNodes,
    removeNodes,
    readRoles,
    ...makeRoles,
    removeRoles,
    seeOidcProviders,
    ...encryption,
    images,
    mirror,
  ],
  kubeflow: [
    {
      actions: ['eks:DescribeCluster'],
      resources: [here('eks', 'cluster/*')],
      why: "Reads the address and authority of the API server. The cluster's name is the configuration's.",
    },
    {
      actions: ['eks:ListAddons', 'eks:DescribeAddon'],
      resources: [here('eks', 'cluster/*'), here('eks', 'addon/*')],
      why: "Waits for the add-ons that Kubeflow stands on. The cluster's name is the configuration's.",
    },
    {
      actions: ['secretsmanager:GetSecretValue'],
      resources: [secrets],
      conditions: ours,
      why: 'Reads the client secret at the last moment, for the object in the cluster. Only secrets with our tag.',
    },
    mirror,
    look(
      ['elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeTags'],
      'Says which load balancer an ingress has',
    ),
  ],
  teardown: [
    stacks,
    seeStacks,
    readClusters,
    {
      actions: ['eks:DeleteCluster'],
      resources: [here('eks', 'cluster/*')],
      conditions: ours,
      why: 'Removes clusters with our tag.',
    },
    changeParts,
    seeNetwork,
    removeNodes,
    readRoles,
    removeRoles,
    seeOidcProviders,
    mirror,
    {
      actions: ['logs:DeleteLogGroup'],
      resources: [here('logs', 'log-group:/aws/eks/*/cluster:*')],
      why: "Removes the control plane's log group, which EKS leaves behind. The cluster's name is the configuration's.",
    },
    look(['logs:DescribeLogGroups'], 'Finds the log group of the control plane'),
  ],
};

/** What every build may do: write its own log, and use the key of the stack. */
export function commonBuildPermissions(project: BuildProject): readonly Permission[] {
  return [
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [here('logs', `log-group:${logGroupNames.build(project)}:*`)],
      why: 'Writes its own log; the wildcard is the log stream, whose name CodeBuild chooses.',
    },
    {
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [here('kms', 'key/*')],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [keyAlias] } },
      why: "The project is encrypted with the stack's key. The key is named by its alias, its id is random.",
    },
  ];
}

/** What a build in a VPC may do besides: CodeBuild makes its network interface with the build's role. */
export const buildNetworkPermissions: readonly Permission[] = [
  {
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeVpcs',
    ],
    resources: ['*'],
    why: 'CodeBuild makes and removes the network interface of a build in a VPC; the actions that describe know no resources.',
  },
  {
    actions: ['ec2:CreateNetworkInterfacePermission'],
    resources: [here('ec2', 'network-interface/*')],
    conditions: { StringEquals: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' } },
    why: 'Lends that network interface to CodeBuild; its id is random.',
  },
];
