import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsClients } from './clients';

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
