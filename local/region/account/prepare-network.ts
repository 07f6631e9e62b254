import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import type { Configuration } from '../../../core/configuration';

export interface PreparedNetwork {
  vpcId: string;
  subnets: { private: string[]; public: string[] };
}

/** IPv4 range of the VPC. */
export const preparedRange = '10.20.0.0/16';

/** Marks the VPC that stands for a configured one, and in it the subnets by kind and number. */
const standsFor = 'local-region:stands-for';

/**
 * Zones of the subnets of a kind, in turn. Two are in one zone, as where applications and data have subnets of their
 * own: what may stand in one subnet of each zone alone, such as a load balancer, must choose.
 */
const zones = 'aba';

/**
 * A network such as a platform team has it: in two zones public subnets behind an internet gateway and private ones. One
 * that was made for the same configured VPC is found again.
 */
export async function prepareNetwork(ec2: EC2Client, configuration: Configuration): Promise<PreparedNetwork> {
  return (await findNetwork(ec2, configuration.vpc_id)) ?? makeNetwork(ec2, configuration);
}

async function findNetwork(ec2: EC2Client, configured: string): Promise<PreparedNetwork | undefined> {
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: `tag:${standsFor}`, Values: [configured] }] }),
  );
  if (vpc?.VpcId === undefined) return undefined;
  const { Subnets: subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc.VpcId] }] }),
  );
  const named = (kind: 'private' | 'public'): string[] =>
    subnets
      .map(({ SubnetId: id = '', Tags: tags = [] }) => ({
        id,
        name: tags.find(({ Key }) => Key === standsFor)?.Value ?? '',
      }))
      .filter(({ name }) => name.startsWith(`${kind}-`))
      .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }))
      .map(({ id }) => id);
  return { vpcId: vpc.VpcId, subnets: { private: named('private'), public: named('public') } };
}

async function makeNetwork(ec2: EC2Client, configuration: Configuration): Promise<PreparedNetwork> {
  const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: preparedRange }));
  const vpcId = present(vpc?.VpcId, 'VPC');
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
  const { InternetGateway: gateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const gatewayId = present(gateway?.InternetGatewayId, 'internet gateway');
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));
  const routes = {
    public: await createRouteTable(ec2, vpcId, gatewayId),
    private: await createRouteTable(ec2, vpcId),
  };
  const subnets: PreparedNetwork['subnets'] = { private: [], public: [] };
  const count = {
    private: Math.max(zones.length, configuration.subnets?.private.length ?? 0),
    public: Math.max(zones.length, configuration.subnets?.public.length ?? 0),
  };
  for (const kind of ['public', 'private'] as const) {
    for (let index = 0; index < count[kind]; index += 1) {
      const { Subnet: subnet } = await ec2.send(
        new CreateSubnetCommand({
          VpcId: vpcId,
          CidrBlock: `10.20.${(kind === 'public' ? 0 : 100) + index}.0/24`,
          AvailabilityZone: `${configuration.region}${zones.charAt(index % zones.length)}`,
        }),
      );
      const subnetId = present(subnet?.SubnetId, 'subnet');
      await ec2.send(
        new CreateTagsCommand({
          Resources: [subnetId],
          Tags: [{ Key: standsFor, Value: `${kind}-${index}` }],
        }),
      );
      await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routes[kind], SubnetId: subnetId }));
      if (kind === 'public') {
        await ec2.send(
          new ModifySubnetAttributeCommand({ SubnetId: subnetId, MapPublicIpOnLaunch: { Value: true } }),
        );
      }
      subnets[kind].push(subnetId);
    }
  }
  // Who names a mirror has no way out of the VPC.
  const [publicSubnet] = subnets.public;
  if (configuration.image_registry === undefined && publicSubnet !== undefined) {
    await addNatGateway(ec2, publicSubnet, routes.private);
  }
  // Last: a preparation that was cut off begins again.
  await ec2.send(
    new CreateTagsCommand({ Resources: [vpcId], Tags: [{ Key: standsFor, Value: configuration.vpc_id }] }),
  );
  return { vpcId, subnets };
}

async function addNatGateway(ec2: EC2Client, publicSubnet: string, routeTableId: string): Promise<void> {
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway: gateway } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId: publicSubnet, AllocationId }),
  );
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: routeTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: gateway?.NatGatewayId,
    }),
  );
}

async function createRouteTable(ec2: EC2Client, vpcId: string, gatewayId?: string): Promise<string> {
  const { RouteTable: table } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  const tableId = present(table?.RouteTableId, 'route table');
  if (gatewayId !== undefined) {
    await ec2.send(
      new CreateRouteCommand({
        RouteTableId: tableId,
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: gatewayId,
      }),
    );
  }
  return tableId;
}

function present(id: string | undefined, what: string): string {
  if (id === undefined) throw new Error(`EC2 returned no ${what}`);
  return id;
}
