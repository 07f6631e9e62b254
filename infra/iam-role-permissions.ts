import { eksctlClusterTag } from '../core/naming';
import { allowList, boundless, givesOurTag, hasOurTagHere, type Permission } from '../core/permissions';

/**
 * What the builds need of IAM: the roles that a cluster, its nodes and add-ons and its backups work with, the load balancer
 * controller's policy, Karpenter's and that of tenants' pods, the cluster's identity provider. Whoever may attach any policy to a role can make himself
 * administrator by it; so what may be attached is listed.
 */

/** Roles that eksctl names, and those that the configuration's prefix and the cluster's name do (builds/cluster). */
const roles = [
  'eksctl-*',
  '*_kubeflow_Cluster_*',
  '*_kubeflow_Worker_*',
  '*_kubeflow_LoadBalancer_*',
  '*_kubeflow_Karpenter_*',
  '*_kubeflow_Backup_*',
  '*_kubeflow_Artifacts_*',
].map((name) => `arn:<partition>:iam::<account>:role/${name}`);
const policies = ['*_alb_ingress_policy_*', '*_karpenter_policy_*', '*_artifacts_policy_*'].map(
  (name) => `arn:<partition>:iam::<account>:policy/${name}`,
);
/** Of the nodes that Karpenter makes. */
const instanceProfiles = ['arn:<partition>:iam::<account>:instance-profile/*_kubeflow_Worker_*'];
const oidcProviders = ['arn:<partition>:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/*'];

/** The policies of AWS that the roles get: of the control plane, of the nodes, of the add-ons. */
const awsPolicies = [
  'AmazonEKSClusterPolicy',
  'AmazonEKSVPCResourceController',
  'AmazonEKSWorkerNodePolicy',
  'AmazonEC2ContainerRegistryPullOnly',
  'AmazonEKS_CNI_Policy',
  'service-role/AmazonEBSCSIDriverPolicy',
  'service-role/AmazonEFSCSIDriverPolicy',
  'CloudWatchAgentServerPolicy',
  'service-role/AWSBackupServiceRolePolicyForBackup',
].map((name) => `arn:<partition>:iam::aws:policy/${name}`);

const attachable = { ArnLike: { 'iam:PolicyARN': [...awsPolicies, ...policies] } } as const;

/**
 * Services that act by a role of their own, which the account has once, and what makes it where there is none: with the rights of
 * whoever asked for the rest (IAM user guide, "Create a service-linked role").
 */
const rolesOfServices = {
  'eks.amazonaws.com': 'the first cluster',
  'eks-nodegroup.amazonaws.com': 'the first nodes',
  'autoscaling.amazonaws.com': 'the first nodes',
  'spot.amazonaws.com': 'the first pool of Spot machines',
  'elasticfilesystem.amazonaws.com': 'the first mount target',
  'rds.amazonaws.com': 'the first database',
  'backup.amazonaws.com': 'the first backups',
} as const;

/** The only statement by which a role of ours makes one of these. */
const serviceRoles: Permission = {
  actions: ['iam:CreateServiceLinkedRole'],
  resources: Object.keys(rolesOfServices).map(
    (service) => `arn:<partition>:iam::<account>:role/aws-service-role/${service}/*`,
  ),
  conditions: { StringEquals: { 'iam:AWSServiceName': Object.keys(rolesOfServices) } },
  why: `Services make their own roles in an account that has none: ${[...new Set(Object.values(rolesOfServices))].join(', ')}. AWS chooses their names.`,
};

export const readIamRoles: readonly Permission[] = [
  {
    actions: [
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListRolePolicies',
      'iam:ListAttachedRolePolicies',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:ListPolicyVersions',
      'iam:GetOpenIDConnectProvider',
      'iam:GetInstanceProfile',
    ],
    resources: [...roles, ...policies, ...oidcProviders, ...instanceProfiles],
    why: "Compares the cluster's roles; their names begin with the configuration's prefix or with eksctl-.",
  },
  allowList(['iam:ListOpenIDConnectProviders'], 'Looks for the identity provider of the cluster'),
  {
    actions: ['iam:GetRole'],
    resources: ['arn:<partition>:iam::<account>:role/*'],
    why: 'Finds access entries that are older than their roles, which are dead. The configuration says which roles administer a cluster.',
  },
];

export const makeIamRoles: readonly Permission[] = [
  allowList(
    ['ec2:GetEbsDefaultKmsKeyId'],
    "Tells Karpenter's policy the key of volumes, where it is the account's own",
  ),
  {
    actions: ['iam:CreateRole'],
    resources: roles,
    conditions: givesOurTag,
    why: 'The roles of the control plane, the nodes and the add-ons, with our tag.',
  },
  {
    actions: ['iam:TagRole', 'iam:CreatePolicy', 'iam:TagPolicy'],
    resources: [...roles, ...policies],
    conditions: givesOurTag,
    why: "The tags of these roles, and the policies of the load balancer controller, of Karpenter and of tenants' pods, with our tag.",
  },
  {
    actions: ['iam:CreateInstanceProfile', 'iam:TagInstanceProfile'],
    resources: instanceProfiles,
    conditions: givesOurTag,
    why: 'The instance profile of the nodes that Karpenter makes, with our tag.',
  },
  {
    actions: ['iam:AddRoleToInstanceProfile'],
    resources: instanceProfiles,
    conditions: hasOurTagHere,
    why: 'Gives an instance profile with our tag the role of these nodes.',
  },
  {
    actions: ['iam:AttachRolePolicy'],
    resources: roles,
    conditions: { ...hasOurTagHere, ...attachable },
    why: "Gives roles with our tag the policies of AWS that they are for, and those of the load balancer controller, of Karpenter and of tenants' pods, and no other.",
  },
  {
    actions: ['iam:UpdateAssumeRolePolicy'],
    resources: roles,
    conditions: hasOurTagHere,
    why: 'Brings who may assume a role with our tag back to what is wanted, where somebody changed it.',
  },
  {
    actions: ['iam:CreatePolicyVersion'],
    resources: policies,
    conditions: hasOurTagHere,
    why: 'Brings the policy with our tag to what is wanted.',
  },
  {
    actions: ['iam:CreateOpenIDConnectProvider', 'iam:TagOpenIDConnectProvider'],
    resources: oidcProviders,
    why: "The cluster's identity provider; its id is the cluster's, which is random.",
  },
  {
    actions: ['iam:PassRole'],
    resources: roles,
    conditions: {
      StringEquals: {
        'iam:PassedToService': ['eks.amazonaws.com', 'ec2.amazonaws.com', 'pods.eks.amazonaws.com'],
      },
    },
    why: "Hands the cluster's roles to EKS, its nodes and its pods, and to no other service.",
  },
  {
    // By path: IAM says that tags of roles do not hold PassRole reliably.
    actions: ['iam:PassRole'],
    resources: [`arn:<partition>:iam::<account>:role${boundless.rolePath}*`],
    conditions: { StringEquals: { 'iam:PassedToService': 'pods.eks.amazonaws.com' } },
    why: "Hands tenants' pods the roles that the configuration names, of the paths of the option namespaceRolePaths alone; without it, none.",
  },
  serviceRoles,
];

export const oldPolicyVersions: Permission = {
  actions: ['iam:DeletePolicyVersion'],
  resources: policies,
  conditions: hasOurTagHere,
  why: 'A policy keeps five versions; the older ones of a policy with our tag go.',
};

/** Also what the build that makes clusters does to one whose making failed. */
export const removeIamRoles: readonly Permission[] = [
  {
    actions: ['iam:DetachRolePolicy'],
    resources: roles,
    conditions: { ...hasOurTagHere, ...attachable },
    why: 'Takes from roles with our tag what they were given.',
  },
  {
    actions: ['iam:DeleteRole', 'iam:DeleteRolePolicy'],
    resources: roles,
    conditions: hasOurTagHere,
    why: 'Removes roles with our tag.',
  },
  {
    actions: ['iam:DeleteOpenIDConnectProvider'],
    resources: oidcProviders,
    // eksctl gives it no other tags than its own (0.215, `pkg/eks/eks.go`, sharedTags).
    conditions: { Null: { [`aws:ResourceTag/${eksctlClusterTag}`]: 'false' } },
    why: "Removes the cluster's identity provider, which has the tags of eksctl alone; its id is the cluster's, which is random.",
  },
];

export const removePolicies: readonly Permission[] = [
  {
    actions: ['iam:DeletePolicy'],
    resources: policies,
    conditions: hasOurTagHere,
    why: "Removes the policies of the load balancer controller, of Karpenter and of tenants' pods with our tag.",
  },
  {
    actions: ['iam:RemoveRoleFromInstanceProfile', 'iam:DeleteInstanceProfile'],
    resources: instanceProfiles,
    conditions: hasOurTagHere,
    why: 'Removes the instance profile with our tag of the nodes that Karpenter made.',
  },
];

/**
 * Permissions under which roles can be made and given policies only if they have a permissions boundary. What attaches
 * policies is then held by the boundary, whatever the policies say.
 *
 * @param boundaryArn the boundary that every configuration must name (`permissions_boundary_arn`)
 */
export function withinBoundary(
  permissions: readonly Permission[],
  boundaryArn: string,
): readonly Permission[] {
  return permissions.map((permission) => {
    const { actions, conditions } = permission;
    if (!actions.some((action) => action === 'iam:CreateRole' || action === 'iam:AttachRolePolicy'))
      return permission;
    return {
      ...permission,
      conditions: { ...conditions, ArnEquals: { 'iam:PermissionsBoundary': boundaryArn } },
    };
  });
}
