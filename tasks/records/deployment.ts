import type { FunctionSpec } from '../../core/function-spec';
import { boundless, type Permission } from '../../core/permissions';
import { readLock } from '../support/shared-permissions';
import type { task as awaitDns } from './await-dns';
import type { task as deleteRecords } from './delete-records';
import type { task as ensureRecords } from './ensure-records';

const hostedZones = `arn:<partition>:route53:::hostedzone/${boundless.zone}`;

const readRecords: Permission = {
  actions: ['route53:ListResourceRecordSets'],
  resources: [hostedZones],
  why: 'Compares the records with what is wanted. The zone comes from the configuration, so it is not known here.',
};

const changeRecords: Permission = {
  actions: ['route53:ChangeResourceRecordSets'],
  resources: [hostedZones],
  conditions: {
    'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'CNAME', 'TXT'] },
  },
  why: 'Only addresses, aliases and the TXT companions that say whose they are (docs/adr/0010): mail and delegation records stay out of reach. The zone comes from the configuration.',
};

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'ensure-records': typeof ensureRecords;
  'await-dns': typeof awaitDns;
  'delete-records': typeof deleteRecords;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'ensure-records': {
    description: 'Brings Route 53 records to what is wanted',
    permissions: [readLock, readRecords, changeRecords],
  },
  'await-dns': {
    description: 'Reads whether Route 53 has spread the changes',
    permissions: [
      {
        actions: ['route53:GetChange'],
        resources: ['arn:<partition>:route53:::change/*'],
        why: 'Reads whether a change has spread; its id is random.',
      },
    ],
  },
  'delete-records': {
    description: 'Deletes Route 53 records that are ours',
    permissions: [readLock, readRecords, changeRecords],
  },
};
