import type { FunctionSpecs } from '../../core/function-spec';
import { allowList, here } from '../../core/permissions';
import { findZones, readCluster, readNetwork } from '../support/permissions';

/** The functions of this folder. */
export const functions = {
  'validate-configuration': {
    description: 'Checks the whole input before anything is touched',
    permissions: [],
  },
  'check-prerequisites': {
    description: 'Finds what the account must already have',
    permissions: [
      readNetwork,
      allowList(['ec2:DescribeKeyPairs'], 'Finds the key pair'),
      {
        actions: ['kms:DescribeKey'],
        resources: [here('kms', 'key/*')],
        why: 'Checks that the configured key can be used. Which one it is stands in the configuration.',
      },
      findZones,
      readCluster,
    ],
  },
} satisfies FunctionSpecs;
