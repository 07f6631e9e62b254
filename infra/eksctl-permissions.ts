import { allowList, boundless, givesOurTag, hasOurTag, here, type Permission } from '../core/permissions';

/**
 * What eksctl needs of EKS, CloudFormation and EC2. It works through CloudFormation with the caller's rights, so that
 * what its stacks make is in here too: security groups, launch templates, node groups, access entries. A cluster's name
 * comes from the configuration and is not known when the stack is deployed. `test/infra/eksctl-needs.ts` says which command of
 * eksctl, or resource of its stacks, each action is for.
 */

const clusters = here('eks', 'cluster/*');
const partsOfClusters = ['nodegroup', 'addon', 'access-entry', 'podidentityassociation'].map((kind) =>
  here('eks', `${kind}/*`),
);
const securityGroups = here('ec2', 'security-group/*');
const launchTemplates = here('ec2', 'launch-template/*');

/**
 * Condition: EKS made the resource for a cluster. It gives it no tag of the cluster's (aws/containers-roadmap#977), and only
 * AWS can give this one.
 */
const isOfEks = { Null: { 'aws:ResourceTag/aws:eks:cluster-name': 'false' } } as const;

/** Stacks, with what both making and removing a cluster do to them. */
export const stacks: readonly Permission[] = [
  {
    actions: [
      'cloudformation:DeleteStack',
      'cloudformation:UpdateTerminationProtection',
      'cloudformation:DescribeStacks',
      'cloudformation:DescribeStackEvents',
      'cloudformation:DescribeStackResources',
      'cloudformation:GetTemplate',
    ],
    resources: [here('cloudformation', 'stack/eksctl-*/*')],
    why: 'eksctl keeps everything in stacks whose names begin with eksctl-. The rest of the name is the cluster.',
  },
  allowList(['cloudformation:ListStacks'], 'eksctl finds its stacks by listing them'),
];

export const makeStacks: Permission = {
  actions: [
    'cloudformation:CreateStack',
    'cloudformation:CreateChangeSet',
    'cloudformation:DescribeChangeSet',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:TagResource',
  ],
  resources: [here('cloudformation', 'stack/eksctl-*/*')],
  why: 'Makes and changes the stacks of eksctl. The rest of the name is the cluster.',
};

/** What both making and removing a cluster read of it. */
export const readClusters: readonly Permission[] = [
  {
    actions: [
      'eks:DescribeCluster',
      'eks:DescribeNodegroup',
      'eks:DescribeAddon',
      'eks:DescribeAccessEntry',
      'eks:DescribePodIdentityAssociation',
      'eks:ListNodegroups',
      'eks:ListAddons',
      'eks:ListAccessEntries',
      'eks:ListAssociatedAccessPolicies',
      'eks:ListPodIdentityAssociations',
      'eks:ListFargateProfiles',
    ],
    resources: [clusters, ...partsOfClusters],
    why: "Compares the cluster with the configuration, and tells ours from another's by tag.",
  },
  allowList(['eks:DescribeClusterVersions'], 'eksctl asks at its start which versions of Kubernetes EKS has'),
];

export const seeAddons = allowList(
  ['eks:DescribeAddonVersions', 'eks:DescribeAddonConfiguration'],
  'Finds versions of add-ons that fit the cluster',
);

export const makeClusters: readonly Permission[] = [
  {
    actions: ['eks:CreateCluster'],
    resources: ['*'],
    conditions: givesOurTag,
    why: 'Makes clusters with our tag only; the action knows no resources.',
  },
  {
    actions: ['eks:TagResource'],
    resources: [clusters],
    conditions: givesOurTag,
    why: 'Tags a cluster as it is made. The name comes from the configuration.',
  },
  {
    actions: ['eks:TagResource'],
    resources: [clusters],
    conditions: {
      ...hasOurTag,
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['alpha.eksctl.io/cluster-oidc-enabled'] },
    },
    why: 'eksctl marks a cluster with our tag for which it has made an identity provider, with this tag and no other.',
  },
];

export const changeClusters: Permission = {
  actions: [
    'eks:UpdateClusterConfig',
    'eks:UpdateClusterVersion',
    'eks:AssociateEncryptionConfig',
    'eks:DescribeUpdate',
    'eks:CreateNodegroup',
    'eks:CreateAddon',
    'eks:CreateAccessEntry',
    'eks:CreatePodIdentityAssociation',
  ],
  resources: [clusters],
  conditions: hasOurTag,
  why: 'Brings clusters with our tag to what is configured.',
};

/** Parts of a cluster get their tags from eksctl, which puts the configured ones, with ours, on all of them. */
export const changeParts: readonly Permission[] = [
  {
    actions: [
      'eks:UpdateNodegroupConfig',
      'eks:UpdateNodegroupVersion',
      'eks:DescribeUpdate',
      'eks:UpdateAddon',
      'eks:UpdateAccessEntry',
      'eks:AssociateAccessPolicy',
      'eks:DisassociateAccessPolicy',
    ],
    resources: partsOfClusters,
    conditions: hasOurTag,
    why: 'Brings node groups, add-ons and access entries with our tag to what is configured.',
  },
  {
    actions: ['eks:TagResource'],
    resources: partsOfClusters,
    conditions: givesOurTag,
    why: 'Tags the parts of a cluster as they are made.',
  },
];

/** Also what the build that makes clusters does to one whose making failed. */
export const removeClusters: readonly Permission[] = [
  {
    actions: ['eks:DeleteCluster'],
    resources: [clusters],
    conditions: hasOurTag,
    why: 'Removes clusters with our tag.',
  },
  {
    actions: [
      'eks:DeleteNodegroup',
      'eks:DeleteAddon',
      'eks:DeleteAccessEntry',
      'eks:DeletePodIdentityAssociation',
    ],
    resources: partsOfClusters,
    conditions: hasOurTag,
    why: 'Removes the parts of a cluster that carry our tag.',
  },
  {
    actions: ['ec2:DeleteSecurityGroup', 'ec2:DeleteLaunchTemplate'],
    resources: [securityGroups, launchTemplates],
    conditions: hasOurTag,
    why: 'Removes security groups and launch templates with our tag; ids are random.',
  },
  {
    actions: ['ec2:RevokeSecurityGroupIngress'],
    resources: [securityGroups],
    conditions: hasOurTag,
    why: 'A stack takes its rules back before its security groups; ids are random.',
  },
  {
    actions: ['ec2:RevokeSecurityGroupIngress'],
    resources: [securityGroups],
    conditions: isOfEks,
    why: 'A stack takes its rules back from the security group that EKS made for the cluster; ids are random.',
  },
  {
    actions: ['ec2:DeleteNetworkInterface'],
    resources: [here('ec2', 'network-interface/*')],
    // The VPC CNI puts this tag on what it makes for pods, and on nothing else is it found.
    conditions: { Null: { 'aws:ResourceTag/node.k8s.amazonaws.com/instance_id': 'false' } },
    why: 'eksctl removes network interfaces of pods whose nodes went before they could: they would hold the security groups. Ids are random.',
  },
];

/** What both making and removing a cluster read of the network. */
export const seeNetwork = allowList(
  [
    'ec2:DescribeVpcs',
    'ec2:DescribeSubnets',
    'ec2:DescribeSecurityGroups',
    // CloudFormation, before it makes or takes back a rule of a security group.
    'ec2:DescribeSecurityGroupRules',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeInstances',
    'ec2:DescribeLaunchTemplates',
    // eksctl looks for keys that it has imported itself.
    'ec2:DescribeKeyPairs',
    'elasticloadbalancing:DescribeLoadBalancers',
  ],
  'Reads the network and what hangs on it',
);

export const seeMachines = allowList(
  [
    'ec2:DescribeInstanceTypeOfferings',
    'ec2:DescribeLaunchTemplateVersions',
    // EKS, for a node group, with the rights of who makes it.
    'ec2:DescribeRouteTables',
  ],
  'Reads what nodes can be made of, and the nodes',
);

export const makeNodes: readonly Permission[] = [
  {
    actions: ['ec2:CreateSecurityGroup', 'ec2:CreateLaunchTemplate'],
    resources: [securityGroups, launchTemplates],
    conditions: givesOurTag,
    why: 'The security groups of the cluster and the launch templates of the nodes; ids are random.',
  },
  {
    actions: ['ec2:CreateSecurityGroup'],
    resources: [here('ec2', 'vpc/*')],
    why: 'A security group is made in a VPC that the configuration names.',
  },
  {
    actions: ['ec2:CreateTags'],
    resources: [
      securityGroups,
      launchTemplates,
      // What eksctl's launch templates tag.
      ...['instance/*', 'volume/*', 'network-interface/*'].map((kind) => here('ec2', kind)),
    ],
    conditions: {
      StringEquals: {
        'ec2:CreateAction': ['CreateSecurityGroup', 'CreateLaunchTemplate', 'RunInstances'],
      },
    },
    why: 'Tags, in the call that makes the resource; that of the nodes is made by EKS, which checks that the caller could make it.',
  },
  {
    actions: [
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:CreateLaunchTemplateVersion',
    ],
    resources: [securityGroups, launchTemplates],
    conditions: hasOurTag,
    why: 'Changes security groups and launch templates with our tag; ids are random.',
  },
  {
    actions: ['ec2:AuthorizeSecurityGroupIngress'],
    resources: [securityGroups],
    conditions: isOfEks,
    why: 'Lets nodes into the security group that EKS makes for a cluster, which has the tag of EKS and none of ours; ids are random.',
  },
  {
    actions: ['ec2:RunInstances'],
    resources: [
      ...['instance/*', 'volume/*', 'network-interface/*', 'subnet/*', 'key-pair/*'].map((kind) =>
        here('ec2', kind),
      ),
      launchTemplates,
      securityGroups,
      'arn:<partition>:ec2:<region>::image/*',
    ],
    // Not ec2:IsLaunchTemplateResource: subnets and instance types are the node group's and in no template.
    conditions: { ArnLike: { 'ec2:LaunchTemplate': launchTemplates } },
    why: 'EKS checks that the caller could run what the launch template says; nothing is run without a template.',
  },
];

export const encryption: readonly Permission[] = [
  {
    actions: ['kms:DescribeKey'],
    resources: [here('kms', 'key/*')],
    why: 'Reads the configured key, and that of volumes; which one it is stands in the configuration, or in the account.',
  },
  {
    actions: ['kms:CreateGrant'],
    resources: [boundless.clusterKey],
    // No kms:GrantIsForAWSResource: EKS does not support it for CreateCluster (EKS user guide, "Security considerations
    // for Kubernetes"), so that with it no cluster could be made.
    why: "EKS gets a grant on the configured key, to encrypt the cluster's secrets with it, and does not say to KMS that the grant is for a service. The option clusterKeyArns names the keys.",
  },
];

/** What the controllers of a cluster made, and leave where they do not run any more. */
export const removeLeftovers: readonly Permission[] = [
  {
    actions: ['ec2:TerminateInstances'],
    resources: [here('ec2', 'instance/*')],
    conditions: {
      Null: { ...hasOurTag.Null, 'aws:ResourceTag/karpenter.sh/nodepool': 'false' },
    },
    why: 'Ends machines with our tag that Karpenter made and left; ids are random.',
  },
  allowList(
    ['ec2:DescribeVolumes', 'elasticloadbalancing:DescribeTags', 'elasticloadbalancing:DescribeTargetGroups'],
    'Looks for what the controllers of the cluster left',
  ),
  {
    actions: ['ec2:DeleteVolume'],
    resources: [here('ec2', 'volume/*')],
    conditions: hasOurTag,
    why: 'Removes volumes with our tag that the storage driver should have deleted; ids are random.',
  },
  {
    actions: ['elasticloadbalancing:DeleteLoadBalancer', 'elasticloadbalancing:DeleteTargetGroup'],
    resources: ['loadbalancer/app/*/*', 'loadbalancer/net/*/*', 'targetgroup/*/*'].map((kind) =>
      here('elasticloadbalancing', kind),
    ),
    conditions: hasOurTag,
    why: 'Removes load balancers and target groups with our tag that their controller left; ids are random.',
  },
];
