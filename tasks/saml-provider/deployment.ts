import type { FunctionSpecs } from '../../core/function-spec';
import { allowOurPools } from '../../core/permissions';
import { findPools, readLock, readPools } from '../support/permissions';

/** The functions of this folder. */
export const functions = {
  'ensure-saml-provider': {
    description: "Brings the pool's SAML provider to what is wanted",
    permissions: [
      readLock,
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
} satisfies FunctionSpecs;
