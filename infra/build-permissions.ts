import { buildProjectName, stackNames, type BuildProject } from '../core/naming';
import {
  allowList,
  allowRegistry,
  boundless,
  givesOurTag,
  hasOurTag,
  here,
  secrets,
  databaseSecrets,
  type Permission,
} from '../core/permissions';
import { locateDatabases, makeDatabases, removeDatabases } from './database-permissions';
import { endPlans, makeBackups, removeVaults } from './backup-permissions';
import { makeFileSystems, removeFileSystems } from './file-system-permissions';
import { makeArtifactBuckets, removeArtifactBuckets } from './artifact-permissions';
import { logGroupNames } from './names';
import { keepInsightsLogs, seeLogGroups } from './insights-permissions';
import { interruptions } from './interruption-permissions';
import {
  makeIamRoles,
  oldPolicyVersions,
  readIamRoles,
  removeIamRoles,
  removePolicies,
} from './iam-role-permissions';
import {
  changeClusters,
  changeParts,
  encryption,
  makeClusters,
  makeNodes,
  makeStacks,
  readClusters,
  removeClusters,
  removeLeftovers,
  seeAddons,
  seeMachines,
  seeNetwork,
  stacks,
} from './eksctl-permissions';

const mirror: Permission = {
  actions: ['s3:GetObject'],
  resources: [`arn:<partition>:s3:::${boundless.bucket}/*`],
  conditions: { StringEquals: { 'aws:ResourceAccount': '<account>' } },
  why: 'Fetches tools and Kubeflow from a mirror in this account, where the options toolsMirror or archiveBuckets name one. Their checksums are pinned or configured.',
};

/** Access entries of the teardown's own role, in any cluster; an entry's ARN ends with a random part. */
const teardownRole = `${buildProjectName('teardown')}-build-<region>`;
const teardownEntries = here('eks', `access-entry/*/role/<account>/${teardownRole}/*`);

/** Its entry may be missing, or dead since the role was re-created with the stack. */
const letItselfIn: readonly Permission[] = [
  {
    actions: ['eks:CreateAccessEntry'],
    resources: [here('eks', 'cluster/*')],
    conditions: {
      ...hasOurTag,
      ArnEquals: { 'eks:principalArn': `arn:<partition>:iam::<account>:role/${teardownRole}` },
    },
    why: "Lets this build, and nobody else, into clusters with our tag that it is to empty. The cluster's name is the configuration's.",
  },
  {
    actions: ['eks:TagResource'],
    resources: [teardownEntries],
    conditions: givesOurTag,
    why: "CreateAccessEntry tags in the same call. An entry's ARN ends with a random part.",
  },
  {
    actions: ['eks:AssociateAccessPolicy'],
    resources: [teardownEntries],
    conditions: hasOurTag,
    why: "Makes this build an administrator of the cluster, by an entry of its own with our tag. An entry's ARN ends with a random part.",
  },
];

const readLock = allowRegistry({
  actions: ['GetItem'],
  why: 'Reads whether the execution that started the build has the lock of the deployment.',
});

/**
 * The permissions of the builds' roles, beyond their own log and source. Tests hold them against the calls in the
 * builds' code and against what eksctl does, both ways: nothing is missing, nothing is left over.
 */
export const buildPermissions: Record<BuildProject, readonly Permission[]> = {
  cluster: [
    ...stacks,
    makeStacks,
    ...readClusters,
    seeAddons,
    ...makeClusters,
    changeClusters,
    ...changeParts,
    ...removeClusters,
    seeNetwork,
    seeMachines,
    ...makeNodes,
    ...readIamRoles,
    ...makeIamRoles,
    oldPolicyVersions,
    ...removeIamRoles,
    ...makeArtifactBuckets,
    ...makeFileSystems,
    ...encryption,
    ...interruptions.read,
    ...interruptions.make,
    interruptions.remove,
    ...makeBackups,
    ...makeDatabases,
    ...endPlans,
    ...keepInsightsLogs,
    readLock,
    mirror,
  ],
  kubeflow: [
    {
      actions: ['eks:ListAddons', 'eks:DescribeAddon'],
      resources: [here('eks', 'cluster/*'), here('eks', 'addon/*')],
      why: "Waits for the add-ons that Kubeflow stands on. The cluster's name comes from the configuration.",
    },
    {
      actions: ['secretsmanager:GetSecretValue'],
      resources: [secrets],
      conditions: hasOurTag,
      why: 'Reads the client secret at the last moment, for the object in the cluster. Only secrets with our tag.',
    },
    {
      actions: ['secretsmanager:GetSecretValue'],
      resources: [databaseSecrets],
      why: 'Reads the user of the database of RDS at the last moment, for the object in the cluster. Only secrets that are named for it.',
    },
    locateDatabases,
    readLock,
    mirror,
  ],
  teardown: [
    ...stacks,
    ...readClusters,
    ...removeClusters,
    ...letItselfIn,
    ...removeLeftovers,
    seeNetwork,
    ...readIamRoles,
    oldPolicyVersions,
    ...removeIamRoles,
    ...removePolicies,
    ...interruptions.read,
    interruptions.remove,
    ...removeVaults,
    ...removeDatabases,
    ...removeArtifactBuckets,
    seeLogGroups,
    ...removeFileSystems,
    readLock,
    mirror,
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
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [stackNames.keyAlias] } },
      why: "The project is encrypted with the stack's key. The key is named by its alias, its id is random.",
    },
  ];
}

/** What a build in a VPC may do besides: CodeBuild makes its network interface with the build's role. */
export const buildNetworkPermissions: readonly Permission[] = [
  {
    actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
    resources: [here('ec2', '*/*')],
    why: 'CodeBuild makes and removes the network interface of a build in a VPC, in a subnet and with security groups; ids are random.',
  },
  allowList(
    [
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeVpcs',
    ],
    'CodeBuild looks for the network of a build in a VPC',
  ),
  {
    actions: ['ec2:CreateNetworkInterfacePermission'],
    resources: [here('ec2', 'network-interface/*')],
    conditions: { StringEquals: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' } },
    why: 'Lends that network interface to CodeBuild; its id is random.',
  },
];
