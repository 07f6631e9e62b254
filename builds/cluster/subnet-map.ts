import type { Network } from '../../core/handover/found';

/** A subnet as a ClusterConfig names it. */
interface SubnetReference {
  id: string;
}

/**
 * The subnets as eksctl wants them: under their zone's name, or, where a zone has several, each under a name with a number.
 * None of several may have the zone's name: eksctl looks a subnet up by its zone's name before it does by its id, and
 * refuses the other ones of the zone for having another id (eksctl 0.230, `v1alpha5/vpc.go`,
 * validateLocalConfigAgainstRemote).
 */
export function subnetMap(
  subnets: Network['subnets']['private'],
): Record<string, SubnetReference & { az?: string }> {
  // Not Map.groupBy: `render cluster` runs on Node.js 20, too.
  const zones = new Map<string, SubnetReference[]>();
  for (const { id, az } of subnets) zones.set(az, [...(zones.get(az) ?? []), { id }]);
  return Object.fromEntries(
    [...zones]
      .sort(([one], [other]) => compare(one, other))
      .flatMap(([az, ofZone]) => {
        const ids = ofZone.map(({ id }) => id).sort(compare);
        return ids.length === 1
          ? ids.map((id) => [az, { id }])
          : ids.map((id, index) => [`${az}-${index + 1}`, { id, az }]);
      }),
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** ARN of a policy that AWS manages. */
export function awsPolicy(partition: string, name: string): string {
  return `arn:${partition}:iam::aws:policy/${name}`;
}
