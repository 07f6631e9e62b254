import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import type { RegionClients } from './clients';
import { preparedRange } from './prepare-network';

/**
 * A security group that lets the whole of a prepared VPC in on a TCP port; found again by its name.
 *
 * @returns its id
 */
export async function prepareGroup(
  { ec2 }: Pick<RegionClients, 'ec2'>,
  GroupName: string,
  port: number,
  vpcId: string,
): Promise<string> {
  const Filters = [
    { Name: 'group-name', Values: [GroupName] },
    { Name: 'vpc-id', Values: [vpcId] },
  ];
  const { SecurityGroups: [known] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  if (known?.GroupId !== undefined) return known.GroupId;
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName, VpcId: vpcId, Description: 'prepared by the local region' }),
  );
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: preparedRange }] },
  ];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return GroupId;
}
