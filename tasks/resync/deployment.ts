import type { FunctionSpec } from '../../core/function-spec';
import {
  allowExecutions,
  allowOurPools,
  allowRegistry,
  deploymentTopics,
  scanRegistry,
  topicKey,
} from '../../core/permissions';
import { readPools } from '../support/shared-permissions';
import type { task as gatherResyncs } from './gather-resyncs';
import type { task as listDeployments } from './list-deployments';
import type { task as reconcileAccess } from './reconcile-access';
import type { task as recordResync } from './record-resync';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'gather-resyncs': typeof gatherResyncs;
  'list-deployments': typeof listDeployments;
  'reconcile-access': typeof reconcileAccess;
  'record-resync': typeof recordResync;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'gather-resyncs': {
    description: 'Makes one resync of many requests',
    permissions: [
      allowRegistry({ actions: ['GetItem', 'PutItem'], why: 'Reads and writes which resync is to come.' }),
      allowExecutions({ actions: ['DescribeExecution'], why: 'A resync that was stopped is not to come.' }),
    ],
  },
  'list-deployments': {
    description: 'Reads which deployments are registered and free',
    permissions: [
      scanRegistry,
      allowRegistry({ actions: ['GetItem'], why: 'Reads whether a deployment is being worked on.' }),
      allowExecutions({ actions: ['DescribeExecution'], why: "Reads whether a lock's holder still runs." }),
    ],
  },
  'reconcile-access': {
    description: 'Brings the access of all users in line with the directory',
    // A pass over 10,000 users takes some 15 s; the rest is for a cluster that is slow.
    timeoutSeconds: 600,
    memoryMb: 1024,
    reaches: 'cluster',
    permissions: [
      allowRegistry({
        actions: ['GetItem'],
        prefixes: ['pool'],
        why: 'Finds the cluster and the rules of the pool.',
      }),
      allowRegistry({ actions: ['PutItem'], why: 'Keeps the summary of the last pass.' }),
      allowOurPools({ actions: ['ListUsers', 'AdminGetUser'], why: 'Reads the users and their groups.' }),
      readPools,
    ],
  },
  'record-resync': {
    description: 'Keeps what a resync found and repaired',
    permissions: [
      allowRegistry({
        actions: ['GetItem', 'PutItem'],
        why: 'Keeps what the last resync found, and counts how often in a row the address did not answer.',
      }),
      {
        actions: ['sns:Publish'],
        resources: [deploymentTopics],
        why: "Tells the deployment's address of what will break. Its end comes from the configuration.",
      },
      topicKey,
    ],
  },
};
