import { deploymentAlarmPrefix } from '../../core/naming';
import {
  allowList,
  allowRegistry,
  deploymentTopics,
  givesOurTag,
  hasOurTag,
  here,
  type Permission,
} from '../../core/permissions';

/** Permissions that tasks of more than one folder have. */

/** What every task that changes something asks before its first change, in an execution that was redriven. */
export const readLock = allowRegistry({
  actions: ['GetItem'],
  why: 'Reads whether a redriven execution still has the lock.',
});

export const readDomains = allowList(['cognito-idp:DescribeUserPoolDomain'], 'Reads the custom domain');
export const findPools = allowList(['cognito-idp:ListUserPools'], 'Finds the pool by its name');

export const readPools: Permission = {
  actions: ['cognito-idp:DescribeUserPool'],
  resources: [here('cognito-idp', 'userpool/*')],
  why: "Tells ours from others' by tag, for which all must be read; an id is random.",
};

export const readCluster: Permission = {
  actions: ['eks:DescribeCluster'],
  resources: [here('eks', 'cluster/*')],
  why: "Reads the cluster's state, owner and address. Its name comes from the configuration.",
};

export const readNetwork = allowList(
  ['ec2:DescribeVpcs', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables'],
  'Finds the VPC and its subnets',
);

export const findZones = allowList(['route53:ListHostedZones'], 'Finds the zone of the domain');

const alarms = here('cloudwatch', `alarm:${deploymentAlarmPrefix}-*`);
const named = 'Their names begin with the deployment, which comes from the configuration.';

const readAlarms: readonly Permission[] = [
  {
    actions: ['cloudwatch:DescribeAlarms'],
    resources: [here('cloudwatch', 'alarm:*')],
    why: 'Compares the alarms of deployments. Who may not read every alarm of the account is denied to read one.',
  },
  {
    actions: ['cloudwatch:ListTagsForResource'],
    resources: [alarms],
    why: `Tells our alarms from another's by tag. ${named}`,
  },
];

const deleteAlarms: Permission = {
  actions: ['cloudwatch:DeleteAlarms'],
  resources: [alarms],
  conditions: hasOurTag,
  why: `Removes alarms with our tag. ${named}`,
};

/** What it takes to remove the alarms of a deployment. */
export const unwatchDeployments: readonly Permission[] = [...readAlarms, deleteAlarms];

/** What it takes to keep the alarms of a deployment. */
export const watchDeployments: readonly Permission[] = [
  ...unwatchDeployments,
  {
    actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'],
    resources: [alarms],
    conditions: givesOurTag,
    why: `Makes alarms with our tag. ${named}`,
  },
  {
    actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:UntagResource'],
    resources: [alarms],
    conditions: hasOurTag,
    why: `Changes alarms with our tag, and takes off tags that are no longer configured. ${named}`,
  },
  {
    actions: ['sns:ListTagsForResource', 'sns:ListSubscriptionsByTopic'],
    resources: [deploymentTopics],
    why: 'Sees whether the deployment has a topic that its alarms are to tell. Its end comes from the configuration.',
  },
  allowList(['elasticloadbalancing:DescribeTargetGroups'], 'Finds the targets of the load balancer'),
];
