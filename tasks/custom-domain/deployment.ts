import type { FunctionSpecs } from '../../core/function-spec';
import { allowOurPools, certificates, hasOurTag } from '../../core/permissions';
import { readLock, readPools, readDomains } from '../support/permissions';

/** The functions of this folder. */
export const functions = {
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
} satisfies FunctionSpecs;
