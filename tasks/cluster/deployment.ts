import type { FunctionSpec } from '../../core/function-spec';
import { kubernetesGroups, product } from '../../core/naming';
import { givesOurTag, here, type Permission } from '../../core/permissions';
import { readCluster, readLock } from '../support/shared-permissions';
import type { task as awaitClusterGone } from './await-cluster-gone';
import type { task as describeCluster } from './describe-cluster';
import type { task as grantClusterAccess } from './grant-cluster-access';
import type { task as revokeClusterAccess } from './revoke-cluster-access';

/** Access entries of our functions' roles, in any cluster. An entry's ARN ends with a random part. */
const ourEntries = here('eks', `access-entry/*/role/<account>/${product}-*/*`);

const readEntries: Permission = {
  actions: ['eks:DescribeAccessEntry'],
  resources: [here('eks', 'cluster/*'), ourEntries],
  why: "Compares the entries with what is wanted. The cluster's name comes from the configuration.",
};

const removeEntries: Permission = {
  actions: ['eks:DeleteAccessEntry'],
  resources: [ourEntries],
  why: "Removes our own functions' entries. An entry's ARN ends with a random part.",
};

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'describe-cluster': typeof describeCluster;
  'grant-cluster-access': typeof grantClusterAccess;
  'revoke-cluster-access': typeof revokeClusterAccess;
  'await-cluster-gone': typeof awaitClusterGone;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'describe-cluster': {
    description: 'Reads the cluster that the build made',
    permissions: [readCluster],
  },
  'grant-cluster-access': {
    description: 'Gives the functions their access entries in the cluster',
    permissions: [
      readLock,
      readEntries,
      {
        actions: ['eks:CreateAccessEntry'],
        resources: [here('eks', 'cluster/*')],
        conditions: {
          ArnLike: { 'eks:principalArn': `arn:<partition>:iam::<account>:role/${product}-*` },
          'ForAllValues:StringEquals': {
            'eks:kubernetesGroups': [kubernetesGroups.profileManager, kubernetesGroups.observer],
          },
        },
        why: "Lets our own functions, and nobody else, into our two groups, and no other. The cluster's name comes from the configuration.",
      },
      {
        actions: ['eks:TagResource'],
        resources: [ourEntries],
        conditions: givesOurTag,
        why: "CreateAccessEntry tags in the same call, with no other condition keys than the tags'. An entry's ARN ends with a random part.",
      },
      {
        actions: ['eks:UpdateAccessEntry'],
        resources: [ourEntries],
        conditions: {
          'ForAllValues:StringEquals': {
            'eks:kubernetesGroups': [kubernetesGroups.profileManager, kubernetesGroups.observer],
          },
        },
        why: "Corrects our own functions' entries, to our two groups. An entry's ARN ends with a random part.",
      },
      removeEntries,
      {
        actions: ['iam:GetRole'],
        resources: [`arn:<partition>:iam::<account>:role/${product}-*`],
        why: "Finds entries that are older than our own functions' roles, which are dead.",
      },
    ],
  },
  'revoke-cluster-access': {
    description: 'Removes the access entries of the functions',
    permissions: [readLock, readEntries, removeEntries],
  },
  'await-cluster-gone': {
    description: 'Reads whether the cluster is gone',
    permissions: [readCluster],
  },
};
