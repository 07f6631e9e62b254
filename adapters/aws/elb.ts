import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

export interface LoadBalancer {
  arn: string;
  hostname: string;
  /** The zone that an alias record to it names. */
  hostedZoneId: string;
  /** `provisioning`, `active`, `active_impaired`, `failed`. */
  state: string;
}

/** The load balancer of a DNS name, or `undefined` where the region has none. */
export async function findLoadBalancer(
  clients: AwsClients,
  hostname: string,
): Promise<LoadBalancer | undefined> {
  let Marker: string | undefined;
  do {
    const page = await clients
      .get(ElasticLoadBalancingV2Client)
      .send(new DescribeLoadBalancersCommand(Marker === undefined ? {} : { Marker }));
    const found = page.LoadBalancers?.find((it) => it.DNSName?.toLowerCase() === hostname.toLowerCase());
    if (found !== undefined) {
      return {
        arn: found.LoadBalancerArn ?? '',
        hostname,
        hostedZoneId: found.CanonicalHostedZoneId ?? '',
        state: found.State?.Code ?? '',
      };
    }
    Marker = page.NextMarker;
  } while (Marker !== undefined && Marker !== '');
  return undefined;
}

/** The attributes of a load balancer, by their names. */
export async function readLoadBalancerAttributes(
  clients: AwsClients,
  arn: string,
): Promise<ReadonlyMap<string, string>> {
  const { Attributes = [] } = await clients
    .get(ElasticLoadBalancingV2Client)
    .send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
  return new Map(Attributes.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** ARNs of the target groups of a load balancer, sorted; none of one that is gone. */
export async function listTargetGroups(clients: AwsClients, loadBalancerArn: string): Promise<string[]> {
  const client = clients.get(ElasticLoadBalancingV2Client);
  const arns: string[] = [];
  try {
    for await (const { TargetGroups: page = [] } of paginateDescribeTargetGroups(
      { client },
      { LoadBalancerArn: loadBalancerArn },
    ))
      arns.push(...page.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []));
  } catch (error) {
    if (!isAwsError(error, 'LoadBalancerNotFoundException', 'TargetGroupNotFoundException')) throw error;
  }
  return arns.sort();
}
