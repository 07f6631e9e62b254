import type { Finding } from './findings';

export interface EndpointSettings {
  public: boolean;
  private: boolean;
  public_cidrs: readonly string[];
}

/**
 * Whether the stack's own builds and functions reach the cluster's API server.
 *
 * @param stackVpc the VPC in which they stand; `undefined` where they stand in none and come from addresses of AWS
 */
export function checkEndpoint(
  { public: open, private: inside, public_cidrs: ranges }: EndpointSettings,
  stackVpc: string | undefined,
): Finding[] {
  const toAll = open && ranges.some((range) => range.endsWith('/0'));
  if (toAll || (inside && stackVpc !== undefined)) return [];
  const deploy =
    'Deploy the stack into the network of the cluster (npx cdk deploy with vpcId, subnetIds and securityGroupIds), ' +
    'with `endpoint_access.private` set to true';
  if (stackVpc === undefined) {
    const found = open
      ? `\`endpoint_access.public_cidrs\` is ${ranges.join(', ')}`
      : '`endpoint_access.public` is false';
    return [
      {
        name: 'EndpointUnreachable',
        message: `${found}, and this stack's builds and functions stand in no VPC: no build would reach the cluster, and every login would be refused. ${deploy}, or leave the public endpoint open to 0.0.0.0/0 (who gets in is for IAM to say).`,
      },
    ];
  }
  // The addresses with which its network leaves, of NAT gateways or others, cannot be known here.
  return open
    ? []
    : [
        {
          name: 'EndpointUnreachable',
          message: `the endpoint of the cluster would be open neither to the public nor within ${stackVpc}. ${deploy}.`,
        },
      ];
}
