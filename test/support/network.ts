import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  AssociateRouteTableCommand,
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  ModifyVpcAttributeCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '../../adapters/aws/clients';

export interface TestNetwork {
  vpcId: string;
  subnets: { private: TestSubnet[]; public: TestSubnet[] };
}

interface TestSubnet {
  id: string;
  az: string;
  cidr: string;
}

/**
 * Makes a VPC as an account has it: private subnets behind a NAT gateway, and public ones whose route table leads to an
 * internet gateway. What is asked for as `isolated` has private subnets without a way out.
 */
export async function makeNetwork(
  clients: AwsClients,
  zones: { private?: string[]; public?: string[]; isolated?: string[]; dns?: boolean } = {},
): Promise<TestNetwork> {
  const ec2 = clients.get(EC2Client);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  if (zones.dns !== false) {
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
  }
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const gatewayId = InternetGateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  await ec2.send(
    new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId }),
  );

  let next = 0;
  const makeSubnet = async (zone: string): Promise<TestSubnet> => {
    const az = `${clients.region}${zone}`;
    const cidr = `10.7.${next++}.0/24`;
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: az }),
    );
    return { id: Subnet?.SubnetId ?? '', az, cidr };
  };
  const { RouteTable: inner } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  const subnets: TestNetwork['subnets'] = { private: [], public: [] };
  for (const zone of zones.private ?? ['a', 'b']) {
    const subnet = await makeSubnet(zone);
    subnets.private.push(subnet);
    await ec2.send(
      new AssociateRouteTableCommand({ RouteTableId: inner?.RouteTableId, SubnetId: subnet.id }),
    );
  }
  for (const zone of zones.public ?? ['a', 'b']) {
    const subnet = await makeSubnet(zone);
    subnets.public.push(subnet);
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnet.id }));
  }
  const natSubnet = subnets.public[0] ?? subnets.private[0];
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId: natSubnet?.id, AllocationId }),
  );
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: inner?.RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: NatGateway?.NatGatewayId,
    }),
  );
  for (const zone of zones.isolated ?? []) await makeSubnet(zone);
  return { vpcId, subnets };
}
