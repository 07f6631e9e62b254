import type { FunctionSpecs } from '../../core/function-spec';
import { allowList } from '../../core/permissions';

/** The functions of this folder. */
export const functions = {
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
} satisfies FunctionSpecs;
