import type { Subnet, Vpc } from '../../adapters/aws/ec2-network';
import type { Subnets } from '../../core/handover/found';
import type { Finding } from './findings';

/**
 * Availability zones (by id) in which EKS places no control plane interfaces, so that a cluster cannot be given subnets
 * there. EKS user guide, "VPC and subnet considerations".
 */
const zonesWithoutEks = new Set(['use1-az3', 'usw1-az2', 'cac1-az3']);

/** EKS needs 6 free addresses in a subnet for its own interfaces, and recommends 16. */
const freeAddressesNeeded = 6;

export interface NetworkSettings {
  vpc: Vpc;
  /** Subnets as configured; found by their route tables where not. */
  named: { private: readonly string[]; public: readonly string[] } | undefined;
  /** An internet-facing load balancer stands in public subnets. */
  needsPublic: boolean;
  /** The nodes stand in public subnets, each with a public address. */
  publicNodes?: boolean;
  /** Nodes fetch images and reach AWS' APIs outside of the VPC: not where a registry and endpoints are in it. */
  needsWayOut?: boolean;
}

/** Chooses the subnets of a deployment, and says what is wrong with them. */
export function chooseSubnets(
  { vpc, named, needsPublic, publicNodes = false, needsWayOut = false }: NetworkSettings,
  available: readonly Subnet[],
): { subnets: Subnets; findings: Finding[] } {
  const findings: Finding[] = [];
  const choose = (kind: 'private' | 'public'): Subnet[] => {
    if (named === undefined) {
      return available.filter(
        (it) =>
          it.public === (kind === 'public') &&
          !zonesWithoutEks.has(it.zoneId) &&
          !it.atTheEdge &&
          (it.hasWayOut || !needsWayOut),
      );
    }
    return named[kind].flatMap((id) => {
      const found = available.find((it) => it.id === id);
      if (found === undefined) {
        findings.push({
          name: 'SubnetsMissing',
          message: `the subnet ${id} of subnets.${kind} is not in the VPC ${vpc.id}; it has ${listed(available)}. Correct \`subnets\`, or leave it out to have them found.`,
        });
        return [];
      }
      if (zonesWithoutEks.has(found.zoneId) || found.atTheEdge) {
        findings.push({
          name: 'SubnetsMissing',
          message: `the subnet ${id} of subnets.${kind} is in the availability zone ${found.az} (${found.zoneId}), in which EKS takes no subnets. Name one in another zone.`,
        });
      }
      return [found];
    });
  };
  const chosen = { private: choose('private'), public: choose('public') };

  if (named !== undefined && !publicNodes) findings.push(...namedNodeFindings(chosen.private, needsWayOut));
  if (chosen.public.some(({ public: open }) => !open)) {
    const closed = chosen.public.filter(({ public: open }) => !open).map(({ id }) => id);
    findings.push({
      name: 'SubnetsMissing',
      message: `${closed.join(', ')} of subnets.public ${closed.length === 1 ? 'has' : 'have'} no route to an internet gateway, so no load balancer there could be reached. Add the route or name other subnets.`,
    });
  }
  for (const kind of ['private', 'public'] as const) {
    if (kind === 'public' && !needsPublic) continue;
    const zones = new Set(chosen[kind].map(({ az }) => az));
    if (zones.size >= 2) continue;
    const why =
      kind === 'private'
        ? 'EKS needs two for the nodes'
        : 'an internet-facing load balancer needs two (or set kubeflow.ingress_scheme to internal)';
    findings.push({
      name: 'SubnetsMissing',
      message: `the VPC ${vpc.id} has ${kind} subnets in ${zones.size === 1 ? 'one availability zone' : 'no availability zone'} (${listed(chosen[kind])})${passedOver(available, kind, needsWayOut, named === undefined)}; ${why}. Add subnets, or name them in \`subnets\` if they are not told apart by a route to an internet gateway.`,
    });
  }
  if (publicNodes) findings.push(...publicNodeFindings(vpc, chosen.public));
  const full = chosen.private.filter(({ freeAddresses }) => freeAddresses < freeAddressesNeeded);
  if (full.length > 0) {
    findings.push({
      name: 'SubnetsMissing',
      message: `${full.map(({ id, freeAddresses }) => `${id} (${freeAddresses} free)`).join(', ')}: EKS needs at least ${freeAddressesNeeded} free addresses in each subnet. Free some or name other subnets.`,
    });
  }
  return {
    subnets: { private: chosen.private.map(asChosen), public: chosen.public.map(asChosen) },
    findings,
  };
}

/**
 * The launch template that eksctl makes for a managed node group says nothing of addresses (its
 * `pkg/cfn/builder/managed_launch_template.go`), so a node has a public one only where its subnet gives it; and EKS makes
 * no node group in a public subnet that does not (`Ec2SubnetInvalidConfiguration`, EKS API reference, type Issue).
 */
function publicNodeFindings(vpc: Vpc, subnets: readonly Subnet[]): Finding[] {
  const privately = 'set `associate_public_ip_address` to false for nodes in private subnets';
  if (subnets.length === 0) {
    return [
      {
        name: 'SubnetsMissing',
        message: `the VPC ${vpc.id} has no public subnets, in which nodes with public addresses would stand. Add some, name them in \`subnets\`, or ${privately}.`,
      },
    ];
  }
  const without = subnets.filter(({ mapsPublicAddresses }) => !mapsPublicAddresses).map(({ id }) => id);
  if (without.length === 0) return [];
  return [
    {
      name: 'SubnetsMissing',
      message: `the public subnets ${without.join(', ')} give no public address to what starts in them, and EKS refuses nodes there. Turn it on in each (aws ec2 modify-subnet-attribute --subnet-id ${without[0] ?? ''} --map-public-ip-on-launch), name other subnets, or ${privately}.`,
    },
  ];
}

/** Named subnets in which nodes would start and never join: `NodeCreationFailure`, half an hour later. */
function namedNodeFindings(subnets: readonly Subnet[], needsWayOut: boolean): Finding[] {
  const ids = (of: readonly Subnet[]): string => of.map(({ id }) => id).join(', ');
  const open = subnets.filter((subnet) => subnet.public && !subnet.mapsPublicAddresses);
  const closed = subnets.filter((subnet) => needsWayOut && !subnet.hasWayOut);
  return [
    ...(open.length === 0
      ? []
      : [
          {
            name: 'SubnetsMissing' as const,
            message: `${ids(open)} of subnets.private lead to an internet gateway and give no public address, so nodes there would reach nothing. Name private subnets with a NAT gateway.`,
          },
        ]),
    ...(closed.length === 0
      ? []
      : [
          {
            name: 'SubnetsMissing' as const,
            message: `${ids(closed)} of subnets.private have no default route (0.0.0.0/0), so nodes there would reach neither AWS nor registries and never join. Add a route to a NAT or transit gateway, name other subnets, or set \`image_registry\` where the VPC has endpoints and a mirror.`,
          },
        ]),
  ];
}

/** What was not taken, and why, for a user who misses a subnet. */
function passedOver(
  available: readonly Subnet[],
  kind: 'private' | 'public',
  needsWayOut: boolean,
  found: boolean,
): string {
  if (!found) return '';
  const ofKind = available.filter((it) => it.public === (kind === 'public'));
  const because = (reason: string, subnets: readonly Subnet[]): string[] =>
    subnets.length === 0 ? [] : [`${subnets.map(({ id, az }) => `${id} in ${az}`).join(', ')} ${reason}`];
  const reasons = [
    ...because(
      'at the edge of the region',
      ofKind.filter(({ atTheEdge }) => atTheEdge),
    ),
    ...because(
      'without a default route',
      ofKind.filter(({ hasWayOut, atTheEdge }) => needsWayOut && !hasWayOut && !atTheEdge),
    ),
  ];
  return reasons.length === 0 ? '' : `, not counting ${reasons.join(' and ')}`;
}

function asChosen({ id, az, cidr }: Subnet): Subnets['private'][number] {
  return { id, az, cidr };
}

function listed(subnets: readonly Subnet[]): string {
  return subnets.length === 0
    ? 'none'
    : subnets.map(({ id, az, public: open }) => `${id} in ${az}, ${open ? 'public' : 'private'}`).join('; ');
}
