import type { FunctionSpec } from '../../core/function-spec';
import {
  allowExecutions,
  allowList,
  allowMail,
  allowOurPools,
  allowRegistry,
  deploymentTopics,
  givesOurTag,
  hasOurTag,
  here,
  imageSecrets,
  scanRegistry,
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

/** The roles for artifacts of all deployments. */
const artifactsRoles = 'arn:<partition>:iam::<account>:role/*_kubeflow_Artifacts_*';

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
      {
        actions: ['secretsmanager:GetSecretValue'],
        resources: [imageSecrets],
        why: 'Reads with what the pods of Profiles pull images (access.image_pull_secret_arn). Only secrets that are named for it.',
      },
      {
        actions: ['eks:ListPodIdentityAssociations', 'eks:CreatePodIdentityAssociation'],
        resources: [here('eks', 'cluster/*')],
        conditions: hasOurTag,
        why: 'Gives the pods of new Profiles the role for artifacts (artifacts), in clusters with our tag.',
      },
      {
        actions: ['eks:TagResource'],
        resources: [here('eks', 'podidentityassociation/*')],
        conditions: givesOurTag,
        why: "CreatePodIdentityAssociation tags in the same call. An association's ARN ends with a random part.",
      },
      {
        actions: ['iam:PassRole'],
        resources: [artifactsRoles],
        conditions: { StringEquals: { 'iam:PassedToService': 'pods.eks.amazonaws.com' } },
        why: 'Hands that role to pods, and no other. Its name begins with the configured prefix.',
      },
      {
        actions: ['iam:GetRole'],
        resources: [artifactsRoles],
        why: 'EKS looks at that role as its caller before it gives it to pods.',
      },
    ],
  },
  'record-resync': {
    description: 'Keeps what a resync found and repaired',
    permissions: [
      allowRegistry({
        actions: ['GetItem', 'PutItem'],
        why: 'Keeps what the last resync found, and counts how often in a row the address did not answer.',
      }),
      allowList(
        ['eks:DescribeClusterVersions'],
        'Reads when support of a version of Kubernetes ends, where that is watched',
      ),
      ...allowMail(
        "Tells the deployment's address of what will break. Its end comes from the configuration.",
        [deploymentTopics],
      ),
    ],
  },
};
