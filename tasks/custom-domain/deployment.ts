import type { FunctionSpec } from '../../core/function-spec';
import { allowOurPools, certificates, hasOurTag } from '../../core/permissions';
import { readDomains, readLock, readPools } from '../support/shared-permissions';
import type { task as awaitCustomDomain } from './await-custom-domain';
import type { task as deleteCustomDomain } from './delete-custom-domain';
import type { task as ensureCustomDomain } from './ensure-custom-domain';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'ensure-custom-domain': typeof ensureCustomDomain;
  'await-custom-domain': typeof awaitCustomDomain;
  'delete-custom-domain': typeof deleteCustomDomain;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'ensure-custom-domain': {
    description: 'Brings the login domain to what is wanted',
    permissions: [
      readLock,
      readDomains,
      readPools,
      allowOurPools({
        actions: ['CreateUserPoolDomain', 'UpdateUserPoolDomain'],
        why: 'Brings the domain to what is wanted.',
      }),
      {
        actions: ['acm:DescribeCertificate'],
        resources: certificates,
        conditions: hasOurTag,
        why: "Cognito reads the certificate on the caller's behalf; its id is random.",
      },
      {
        actions: ['cloudfront:UpdateDistribution'],
        resources: ['*'],
        why: "Cognito sets up its distribution on the caller's behalf. It is in an account of AWS, so that its ARN cannot be told (Cognito developer guide, Using your own domain).",
      },
    ],
  },
  'await-custom-domain': {
    description: 'Reads whether the login domain is active',
    permissions: [readDomains],
  },
  'delete-custom-domain': {
    description: 'Deletes the login domain',
    permissions: [
      readLock,
      readDomains,
      readPools,
      allowOurPools({ actions: ['DeleteUserPoolDomain'], why: 'Deletes the login domain.' }),
    ],
  },
};
