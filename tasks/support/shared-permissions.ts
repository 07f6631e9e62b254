import { allowList, allowRegistry, here, type Permission } from '../../core/permissions';

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
