import type { FunctionSpec } from '../../core/function-spec';
import { functionName, stackNames } from '../../core/naming';
import { allowOurPools, givesOurTag, here, scanRegistry } from '../../core/permissions';
import { findPools, readDomains, readLock, readPools } from '../support/shared-permissions';
import type { task as deleteUserPool } from './delete-user-pool';
import type { task as ensureUserPool } from './ensure-user-pool';
import type { task as permitTrigger } from './permit-trigger';
import type { task as revokeTrigger } from './revoke-trigger';
import type { task as setConcurrency } from './set-concurrency';

/** The function that Cognito calls, and its alias. */
const profileManager = here('lambda', `function:${functionName('profile-manager')}`);
const profileManagerAlias = `${profileManager}:${stackNames.profileManagerAlias}`;

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'ensure-user-pool': typeof ensureUserPool;
  'permit-trigger': typeof permitTrigger;
  'set-concurrency': typeof setConcurrency;
  'revoke-trigger': typeof revokeTrigger;
  'delete-user-pool': typeof deleteUserPool;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'ensure-user-pool': {
    description: 'Brings the Cognito user pool to what is wanted',
    permissions: [
      readLock,
      findPools,
      readPools,
      {
        actions: ['cognito-idp:CreateUserPool'],
        resources: ['*'],
        conditions: givesOurTag,
        why: 'Makes the pool, which has no ARN before.',
      },
      {
        actions: ['cognito-idp:TagResource'],
        resources: [here('cognito-idp', 'userpool/*')],
        conditions: givesOurTag,
        why: 'CreateUserPool tags in the same call; the pool has no ARN before.',
      },
      allowOurPools({
        actions: ['UpdateUserPool', 'AddCustomAttributes', 'UntagResource'],
        why: 'Brings the pool to what is wanted.',
      }),
    ],
  },
  'permit-trigger': {
    description: 'Lets the user pool call the profile manager',
    permissions: [
      readLock,
      {
        actions: ['lambda:GetPolicy', 'lambda:RemovePermission'],
        resources: [profileManager, profileManagerAlias],
        why: 'Compares who may call the alias, and takes back what is no longer wanted.',
      },
      {
        actions: ['lambda:AddPermission'],
        resources: [profileManager, profileManagerAlias],
        conditions: { StringEquals: { 'lambda:Principal': 'cognito-idp.amazonaws.com' } },
        why: 'Lets the pool call the alias. Nobody but Cognito can be let in.',
      },
    ],
  },
  'set-concurrency': {
    description: "Sets the profile manager's provisioned concurrency",
    permissions: [
      readLock,
      scanRegistry,
      {
        actions: [
          'lambda:GetProvisionedConcurrencyConfig',
          'lambda:PutProvisionedConcurrencyConfig',
          'lambda:DeleteProvisionedConcurrencyConfig',
        ],
        resources: [profileManager, profileManagerAlias],
        why: 'Keeps as many instances warm as the most demanding deployment asks for.',
      },
    ],
  },
  'revoke-trigger': {
    description: 'Takes back the permission to call the profile manager',
    permissions: [
      readLock,
      readPools,
      {
        actions: ['lambda:GetPolicy', 'lambda:RemovePermission'],
        resources: [profileManager, profileManagerAlias],
        why: 'Takes back the permission of the pool to call the alias.',
      },
    ],
  },
  'delete-user-pool': {
    description: 'Deletes the user pool',
    permissions: [
      readLock,
      findPools,
      readPools,
      readDomains,
      allowOurPools({
        actions: ['DeleteUserPool', 'DeleteUserPoolDomain'],
        why: 'Deletes the pool, and a domain that is left on it.',
      }),
    ],
  },
};
