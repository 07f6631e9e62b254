import type { FunctionSpec } from '../../core/function-spec';
import { product } from '../../core/naming';
import { allowList, here, type Permission } from '../../core/permissions';
import { readLock } from '../support/shared-permissions';
import type { task as tagSubnets } from './tag-subnets';
import type { task as untagSubnets } from './untag-subnets';

/** Tags on what is the account's own: only those by which Kubernetes finds its subnets, and our mark beside them. */
const networkTags = (action: string, why: string): readonly Permission[] => [
  allowList(['ec2:DescribeTags'], 'Compares the tags with what is wanted'),
  {
    actions: [`ec2:${action}`],
    resources: [here('ec2', 'subnet/*'), here('ec2', 'vpc/*')],
    conditions: {
      'ForAllValues:StringLike': {
        'aws:TagKeys': [
          'kubernetes.io/cluster/*',
          'kubernetes.io/role/elb',
          'kubernetes.io/role/internal-elb',
          `${product}:role-tag`,
        ],
      },
    },
    why: `${why} Which subnets stands in the configuration.`,
  },
];

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'tag-subnets': typeof tagSubnets;
  'untag-subnets': typeof untagSubnets;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'tag-subnets': {
    description: 'Tags subnets for the load balancer controller',
    permissions: [
      readLock,
      ...networkTags('CreateTags', 'Tags by which the load balancer controller finds subnets.'),
    ],
  },
  'untag-subnets': {
    description: 'Takes our tags off the subnets',
    permissions: [readLock, ...networkTags('DeleteTags', 'Takes our tags off again.')],
  },
};
