import {
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

export interface Vpc {
  id: string;
  cidr: string;
}

export interface Subnet {
  id: string;
  /** Its IPv4 range, which need not be within the VPC's first one. */
  cidr: string;
  /** Availability zone: `eu-central-1a`. */
  az: string;
  /** The zone's id, the same in every account: `euc1-az2`. */
  zoneId: string;
  /** Whether its route table leads to an internet gateway: AWS' definition of a public subnet. */
  public: boolean;
  /** Whether its route table leads anywhere outside of the VPC by default: to a gateway of whatever kind, or an instance. */
  hasWayOut: boolean;
  /** In a Local or Wavelength Zone, or on an Outpost, and so no place for EKS' interfaces and managed nodes. */
  atTheEdge: boolean;
  /** Whether what starts in it gets a public address, if nothing else is said (`MapPublicIpOnLaunch`). */
  mapsPublicAddresses: boolean;
  /** Addresses that are still free in it. */
  freeAddresses: number;
}

/** A VPC, or `undefined` where there is none of this id. */
export async function findVpc(clients: AwsClients, vpcId: string): Promise<Vpc | undefined> {
  try {
    const { Vpcs } = await clients.get(EC2Client).send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
    const vpc = Vpcs?.[0];
    return vpc === undefined ? undefined : { id: vpcId, cidr: vpc.CidrBlock ?? '' };
  } catch (error) {
    if (isAwsError(error, 'InvalidVpcID.NotFound', 'InvalidVpcID.Malformed')) return undefined;
    throw error;
  }
}

/** All subnets of a VPC, by availability zone and id, so that the order is always the same. */
export async function findSubnets(clients: AwsClients, vpcId: string): Promise<Subnet[]> {
  const tables = await routeTables(clients, vpcId);
  const subnets: Subnet[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients
      .get(EC2Client)
      .send(
        new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }], ...token(NextToken) }),
      );
    for (const subnet of page.Subnets ?? []) {
      const id = subnet.SubnetId ?? '';
      subnets.push({
        id,
        cidr: subnet.CidrBlock ?? '',
        az: subnet.AvailabilityZone ?? '',
        zoneId: subnet.AvailabilityZoneId ?? '',
        public: isPublic(id, tables),
        hasWayOut: hasDefaultRoute(id, tables),
        // Zones of a region have ids like euc1-az2; those at its edge like usw2-lax1-az1 and use1-wl1-bos-wlz1.
        atTheEdge:
          subnet.OutpostArn !== undefined || !/^(?:[a-z0-9]+-az\d+)?$/.test(subnet.AvailabilityZoneId ?? ''),
        mapsPublicAddresses: subnet.MapPublicIpOnLaunch ?? false,
        freeAddresses: subnet.AvailableIpAddressCount ?? 0,
      });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== '');
  return subnets.sort((a, b) => a.az.localeCompare(b.az) || a.id.localeCompare(b.id));
}

async function routeTables(clients: AwsClients, vpcId: string): Promise<RouteTable[]> {
  const tables: RouteTable[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.get(EC2Client).send(
      new DescribeRouteTablesCommand({
        Filters: [{ Name: 'vpc-id', Values: [vpcId] }],
        ...token(NextToken),
      }),
    );
    tables.push(...(page.RouteTables ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== '');
  return tables;
}

/** The routes that lead somewhere. A subnet without an association of its own uses the VPC's main route table. */
function routesOf(subnetId: string, tables: readonly RouteTable[]): Route[] {
  const own = tables.find((table) => table.Associations?.some((it) => it.SubnetId === subnetId));
  const table = own ?? tables.find((it) => it.Associations?.some((association) => association.Main === true));
  return (table?.Routes ?? []).filter((route) => route.State !== 'blackhole');
}

function isPublic(subnetId: string, tables: readonly RouteTable[]): boolean {
  return routesOf(subnetId, tables).some(({ GatewayId: id }) => id?.startsWith('igw-') === true);
}

function hasDefaultRoute(subnetId: string, tables: readonly RouteTable[]): boolean {
  return routesOf(subnetId, tables).some(({ DestinationCidrBlock: range }) => range === '0.0.0.0/0');
}

/** Attributes of a VPC without which nodes cannot register (EKS user guide, "VPC requirements and considerations"). */
export async function missingDnsAttributes(clients: AwsClients, VpcId: string): Promise<string[]> {
  const ec2 = clients.get(EC2Client);
  const [support, names] = await Promise.all([
    ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' })),
    ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' })),
  ]);
  return [
    ...(support.EnableDnsSupport?.Value === true ? [] : ['enableDnsSupport']),
    ...(names.EnableDnsHostnames?.Value === true ? [] : ['enableDnsHostnames']),
  ];
}

/** Whether a key pair of this name is in the region. */
export async function keyPairExists(clients: AwsClients, name: string): Promise<boolean> {
  try {
    const { KeyPairs } = await clients.get(EC2Client).send(new DescribeKeyPairsCommand({ KeyNames: [name] }));
    return (KeyPairs?.length ?? 0) > 0;
  } catch (error) {
    if (isAwsError(error, 'InvalidKeyPair.NotFound')) return false;
    throw error;
  }
}

function token(NextToken: string | undefined): { NextToken?: string } {
  return NextToken === undefined ? {} : { NextToken };
}

/** A security group, as far as it says who is let in by TCP. */
export interface SecurityGroup {
  id: string;
  vpcId: string;
  ingress: {
    fromPort: number;
    toPort: number;
    /** IPv4 ranges that are let in. */
    ranges: string[];
    /** Groups that are let in, wherever they are. */
    groupIds: string[];
    /** Whether somebody is let in by a group or a prefix list, of whom the rule does not say where they are. */
    bySomethingElse: boolean;
  }[];
}

/** The security groups of network interfaces, by the ids of these; those that there are not are left out. */
export async function groupsOfInterfaces(
  clients: AwsClients,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const Filters = [{ Name: 'network-interface-id', Values: [...ids] }];
  const { NetworkInterfaces: found = [] } = await clients
    .get(EC2Client)
    .send(new DescribeNetworkInterfacesCommand({ Filters }));
  return new Map(
    found.map(({ NetworkInterfaceId: id = '', Groups: groups = [] }) => [
      id,
      groups.flatMap(({ GroupId }) => GroupId ?? []),
    ]),
  );
}

/** Security groups by their ids; those that there are not are left out. */
export async function findSecurityGroups(
  clients: AwsClients,
  ids: readonly string[],
): Promise<SecurityGroup[]> {
  if (ids.length === 0) return [];
  // As a filter: of a list of ids, one that there is not refuses the others. An instance has five at most.
  const { SecurityGroups: found = [] } = await clients
    .get(EC2Client)
    .send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [...ids] }] }));
  return found.map(({ GroupId: id = '', VpcId: vpcId = '', IpPermissions: rules = [] }) => ({
    id,
    vpcId,
    ingress: rules
      // `-1` is every protocol, which has no ports.
      .filter(({ IpProtocol: protocol }) => protocol === 'tcp' || protocol === '-1')
      .map(({ FromPort, ToPort, IpRanges, UserIdGroupPairs, PrefixListIds }) => ({
        fromPort: FromPort ?? 0,
        toPort: ToPort ?? 65535,
        ranges: (IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
        groupIds: (UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
        bySomethingElse: (UserIdGroupPairs ?? []).length + (PrefixListIds ?? []).length > 0,
      })),
  }));
}
