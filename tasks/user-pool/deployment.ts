import type { FunctionSpecs } from '../../core/function-spec';
import { functionName, stackNames } from '../../core/naming';
import { allowOurPools, givesOurTag, here, scanRegistry } from '../../core/permissions';
import { findPools, readLock, readPools, readDomains } from '../support/permissions';

/** The function that Cognito calls, and its alias. */
const profileManager = here('lambda', `function:${functionName('profile-manager')}`);
const profileManagerAlias = `${profileManager}:${stackNames.profileManagerAlias}`;

/** The functions of this folder. */
export const functions = {
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
        actions: ['UpdateUserPool', 'AddCustomAttributes'],
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
} satisfies FunctionSpecs;
