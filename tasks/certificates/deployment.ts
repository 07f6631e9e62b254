import type { FunctionSpecs } from '../../core/function-spec';
import { allowList, certificates, givesOurTag, hasOurTag, type Permission } from '../../core/permissions';
import { readLock } from '../support/permissions';

const readCertificates: Permission = {
  actions: ['acm:DescribeCertificate', 'acm:ListTagsForCertificate'],
  resources: certificates,
  why: "Tells ours from others' by tag, for which all must be read; an id is random.",
};

const findCertificates = allowList(['acm:ListCertificates'], 'Finds the certificates that are there');

/** The functions of this folder. */
export const functions = {
  'request-certificates': {
    description: 'Requests the certificates and reads their validation records',
    permissions: [
      readLock,
      findCertificates,
      readCertificates,
      {
        actions: ['acm:RequestCertificate'],
        resources: ['*'],
        conditions: givesOurTag,
        why: 'Requests certificates, with our tag only; the action knows no resources.',
      },
      {
        actions: ['acm:AddTagsToCertificate'],
        resources: certificates,
        conditions: givesOurTag,
        why: 'RequestCertificate tags in the same call; a certificate gets its ARN only then, in the region and (for Cognito) in us-east-1.',
      },
    ],
  },
  'await-certificates': {
    description: 'Reads whether the certificates are issued',
    permissions: [
      {
        actions: ['acm:DescribeCertificate'],
        resources: certificates,
        conditions: hasOurTag,
        why: 'Reads whether they are issued. Only certificates with our tag; an id is random.',
      },
    ],
  },
  'delete-certificates': {
    description: 'Deletes the certificates',
    permissions: [
      readLock,
      findCertificates,
      readCertificates,
      {
        actions: ['acm:DeleteCertificate'],
        resources: certificates,
        conditions: hasOurTag,
        why: 'Deletes certificates with our tag; an id is random.',
      },
    ],
  },
} satisfies FunctionSpecs;
