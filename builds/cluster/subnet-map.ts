import type { Network } from '../../core/handover/found';

/** A subnet as a ClusterConfig names it. */
interface SubnetReference {
  id: string;
}

/**
 * The subnets as eksctl wants them: under their zone's name, or, where a zone has several, under a name with a number.
 */
export function subnetMap(
  subnets: Network['subnets']['private'],
): Record<string, SubnetReference & { az?: string }> {
  const counts = new Map<string, number>();
  const map: Record<string, SubnetReference & { az?: string }> = {};
  for (const { id, az } of [...subnets].sort(
    (one, other) => compare(one.az, other.az) || compare(one.id, other.id),
  )) {
    const count = (counts.get(az) ?? 0) + 1;
    counts.set(az, count);
    if (count === 1) map[az] = { id };
    else map[`${az}-${count}`] = { id, az };
  }
  return map;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** ARN of a policy that AWS manages. */
export function awsPolicy(partition: string, name: string): string {
  return `arn:${partition}:iam::aws:policy/${name}`;
}
