import type { FunctionSpec } from '../../core/function-spec';
import { ingressBalancers } from '../../core/load-balancer-annotations';
import { allowList, here } from '../../core/permissions';
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
      allowList(
        ['elasticloadbalancing:DescribeLoadBalancerAttributes'],
        'Sees that the load balancer writes its access logs as configured',
      ),
      {
        actions: ['wafv2:GetWebACL', 'wafv2:GetWebACLForResource'],
        resources: [here('wafv2', 'regional/webacl/*'), here('elasticloadbalancing', ingressBalancers)],
        why: 'Sees that the load balancer has the configured web ACL. WAF asks for both on either; which they are, the controller and the configuration say.',
      },
      {
        actions: ['elasticloadbalancing:GetLoadBalancerWebACL'],
        resources: [here('elasticloadbalancing', ingressBalancers)],
        why: 'What Elastic Load Balancing asks for where WAF is asked for the web ACL of a load balancer. The controller makes up the end of its name.',
      },
    ],
  },
  'verify-endpoint': {
    description: 'Follows the login redirect from outside',
    reaches: 'cluster',
    permissions: [],
  },
};
