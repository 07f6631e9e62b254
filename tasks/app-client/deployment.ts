import type { FunctionSpec } from '../../core/function-spec';
import { allowOurPools, allowRegistry, givesOurTag, hasOurTag, secrets } from '../../core/permissions';
import { findPools, readLock, readPools } from '../support/shared-permissions';
import type { task as deleteAppClient } from './delete-app-client';
import type { task as ensureAppClient } from './ensure-app-client';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'ensure-app-client': typeof ensureAppClient;
  'delete-app-client': typeof deleteAppClient;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'ensure-app-client': {
    description: 'Brings the app client to what is wanted and keeps its secret',
    permissions: [
      allowRegistry({
        actions: ['GetItem'],
        why: 'Reads whether a redriven execution still has the lock, and the domain and tags that are registered.',
      }),
      readPools,
      allowOurPools({
        actions: [
          'ListUserPoolClients',
          'DescribeUserPoolClient',
          'CreateUserPoolClient',
          'UpdateUserPoolClient',
        ],
        why: 'Brings the app client to what is wanted.',
      }),
      {
        actions: ['secretsmanager:DescribeSecret'],
        resources: [secrets],
        why: "Tells our secret from another's by tag. Secrets Manager adds six characters to a name.",
      },
      {
        actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
        resources: [secrets],
        conditions: givesOurTag,
        why: "Makes the secret under the product's prefix, with our tag.",
      },
      {
        actions: [
          'secretsmanager:PutSecretValue',
          'secretsmanager:GetSecretValue',
          'secretsmanager:RestoreSecret',
          'secretsmanager:UntagResource',
        ],
        resources: [secrets],
        conditions: hasOurTag,
        why: 'Compares and stores the client secret, which leaves the task by no other way, and takes off tags that are no longer configured. Only secrets with our tag.',
      },
    ],
  },
  'delete-app-client': {
    description: 'Deletes the app client and its secret',
    permissions: [
      readLock,
      findPools,
      readPools,
      allowOurPools({
        actions: ['ListUserPoolClients', 'DeleteUserPoolClient'],
        why: 'Deletes the app client.',
      }),
      {
        actions: ['secretsmanager:DescribeSecret'],
        resources: [secrets],
        why: "Tells our secret from another's by tag. Secrets Manager adds six characters to a name.",
      },
      {
        actions: ['secretsmanager:DeleteSecret'],
        resources: [secrets],
        conditions: hasOurTag,
        why: 'Deletes the secret with our tag.',
      },
    ],
  },
};
