import type { FunctionSpec } from '../../core/function-spec';
import { allowOurPools } from '../../core/permissions';
import { findPools, readLock, readPools } from '../support/shared-permissions';
import type { task as checkSaml } from './check-saml';
import type { task as deleteSamlProvider } from './delete-saml-provider';
import type { task as ensureSamlProvider } from './ensure-saml-provider';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'ensure-saml-provider': typeof ensureSamlProvider;
  'check-saml': typeof checkSaml;
  'delete-saml-provider': typeof deleteSamlProvider;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'ensure-saml-provider': {
    description: "Brings the pool's SAML provider to what is wanted",
    permissions: [
      readLock,
      readPools,
      allowOurPools({
        actions: ['DescribeIdentityProvider', 'CreateIdentityProvider', 'UpdateIdentityProvider'],
        why: 'Brings the SAML provider to what is wanted.',
      }),
    ],
  },
  'check-saml': {
    description: 'Reads how long the SAML metadata is good for',
    permissions: [
      allowOurPools({ actions: ['DescribeIdentityProvider'], why: 'Reads the metadata that the pool has.' }),
      readPools,
    ],
  },
  'delete-saml-provider': {
    description: "Deletes the pool's SAML provider",
    permissions: [
      readLock,
      findPools,
      readPools,
      allowOurPools({
        actions: ['DescribeIdentityProvider', 'DeleteIdentityProvider'],
        why: 'Deletes the SAML provider.',
      }),
    ],
  },
};
