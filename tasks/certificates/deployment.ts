import type { FunctionSpec } from '../../core/function-spec';
import { allowList, certificates, givesOurTag, hasOurTagHere, type Permission } from '../../core/permissions';
import { readLock } from '../support/shared-permissions';
import type { task as awaitCertificates } from './await-certificates';
import type { task as deleteCertificates } from './delete-certificates';
import type { task as requestCertificates } from './request-certificates';

const readCertificates: Permission = {
  actions: ['acm:DescribeCertificate', 'acm:ListTagsForCertificate'],
  resources: certificates,
  why: "Tells ours from others' by tag, for which all must be read; an id is random.",
};

const findCertificates = allowList(['acm:ListCertificates'], 'Finds the certificates that are there');

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'request-certificates': typeof requestCertificates;
  'await-certificates': typeof awaitCertificates;
  'delete-certificates': typeof deleteCertificates;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
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
      {
        actions: ['acm:RemoveTagsFromCertificate'],
        resources: certificates,
        conditions: hasOurTagHere,
        why: 'Takes off tags that are no longer configured, from certificates with our tag; an id is random.',
      },
    ],
  },
  'await-certificates': {
    description: 'Reads whether the certificates are issued',
    permissions: [
      {
        actions: ['acm:DescribeCertificate'],
        resources: certificates,
        why: 'Reads whether they are issued. One that is gone has no tag to ask for; an id is random.',
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
        conditions: hasOurTagHere,
        why: 'Deletes certificates with our tag; an id is random.',
      },
    ],
  },
};
