import { product } from '../../core/naming';

/** The VPC or a subnet may be used by a cluster; `shared` says that it does not go with the cluster. */
export const clusterTag = (deployment: string): string => `kubernetes.io/cluster/${deployment}`;
export const clusterTagPrefix = 'kubernetes.io/cluster/';
export const shared = 'shared';

/** By these the load balancer controller finds subnets. It takes the values `1` and empty. */
export const roleTags = {
  private: 'kubernetes.io/role/internal-elb',
  public: 'kubernetes.io/role/elb',
} as const;

/**
 * Set beside a role tag that we set, so that the last deployment to leave a subnet takes the role tag away again and
 * one that an administrator set stays.
 */
export const roleMark = { key: `${product}:role-tag`, value: product } as const;
