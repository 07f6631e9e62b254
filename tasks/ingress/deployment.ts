import type { FunctionSpec } from '../../core/function-spec';
import { allowList } from '../../core/permissions';
import type { task as awaitIngress } from './await-ingress';
import type { task as verifyEndpoint } from './verify-endpoint';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'await-ingress': typeof awaitIngress;
  'verify-endpoint': typeof verifyEndpoint;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'await-ingress': {
    description: 'Reads the load balancer of the ingress',
    memoryMb: 512,
    reaches: 'cluster',
    permissions: [
      allowList(['elasticloadbalancing:DescribeLoadBalancers'], 'Reads the alias zone of the load balancer'),
    ],
  },
  'verify-endpoint': {
    description: 'Follows the login redirect from outside',
    reaches: 'cluster',
    permissions: [],
  },
};
