import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
} from '@aws-sdk/client-ec2';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Configuration } from '../../../core/configuration';

export interface PreparedNetwork {
  vpcId: string;
  subnets: { private: string[]; public: string[] };
}

/** A network such as a platform team has it: per zone a public subnet behind an internet gateway and a private one. */
export async function prepareNetwork(ec2: EC2Client, configuration: Configuration): Promise<PreparedNetwork> {
  const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
  const vpcId = present(vpc?.VpcId, 'VPC');
  const { InternetGateway: gateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const gatewayId = present(gateway?.InternetGatewayId, 'internet gateway');
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));
  const routes = {
    public: await createRouteTable(ec2, vpcId, gatewayId),
    private: await createRouteTable(ec2, vpcId),
  };
  const subnets: PreparedNetwork['subnets'] = { private: [], public: [] };
  const count = {
    private: Math.max(2, configuration.subnets?.private.length ?? 2),
    public: Math.max(2, configuration.subnets?.public.length ?? 2),
  };
  for (const kind of ['public', 'private'] as const) {
    for (let index = 0; index < count[kind]; index += 1) {
      const { Subnet: subnet } = await ec2.send(
        new CreateSubnetCommand({
          VpcId: vpcId,
          CidrBlock: `10.20.${(kind === 'public' ? 0 : 100) + index}.0/24`,
          AvailabilityZone: `${configuration.region}${'abc'.charAt(index % 3)}`,
        }),
      );
      const subnetId = present(subnet?.SubnetId, 'subnet');
      await ec2.send(
        new CreateTagsCommand({
          Resources: [subnetId],
          Tags: [{ Key: 'Name', Value: `${kind}-${index}` }],
        }),
      );
      await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routes[kind], SubnetId: subnetId }));
      subnets[kind].push(subnetId);
    }
  }
  return { vpcId, subnets };
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
