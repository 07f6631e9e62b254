import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { tagList } from './iam';
import { unlessMadeBefore } from './unrepeated';

/** A security group of ours, as far as it is compared. */
export interface OwnSecurityGroup {
  id: string;
  tags: Readonly<Record<string, string>>;
  /** Of each rule by which another group is let in by TCP: which one, and on which port. */
  admits: { groupId: string; port: number }[];
}

/** The security group of a name in a VPC, where names are unique. */
export async function findSecurityGroup(
  clients: AwsClients,
  name: string,
  vpcId: string,
): Promise<OwnSecurityGroup | undefined> {
  const Filters = [
    { Name: 'group-name', Values: [name] },
    { Name: 'vpc-id', Values: [vpcId] },
  ];
  const { SecurityGroups: [found] = [] } = await clients
    .get(EC2Client)
    .send(new DescribeSecurityGroupsCommand({ Filters }));
  if (found === undefined) return undefined;
  return {
    id: found.GroupId ?? '',
    tags: Object.fromEntries((found.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    admits: (found.IpPermissions ?? [])
      .filter(({ IpProtocol, FromPort, ToPort }) => IpProtocol === 'tcp' && FromPort === ToPort)
      .flatMap(({ FromPort: port = 0, UserIdGroupPairs: pairs = [] }) =>
        pairs.flatMap(({ GroupId: groupId }) => (groupId === undefined ? [] : [{ groupId, port }])),
      ),
  };
}

/**
 * Makes a security group that lets nobody in.
 *
 * @returns its id
 */
export async function createSecurityGroup(
  clients: AwsClients,
  wanted: { name: string; description: string; vpcId: string; tags: Readonly<Record<string, string>> },
): Promise<string> {
  await unlessMadeBefore('InvalidGroup.Duplicate', () =>
    clients.get(EC2Client).send(
      new CreateSecurityGroupCommand({
        GroupName: wanted.name,
        Description: wanted.description,
        VpcId: wanted.vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(wanted.tags) }],
      }),
    ),
  );
  return (await findSecurityGroup(clients, wanted.name, wanted.vpcId))?.id ?? '';
}

/** Lets the machines of another group in on a TCP port. */
export async function admitGroup(
  clients: AwsClients,
  id: string,
  { groupId, port }: { groupId: string; port: number },
): Promise<void> {
  await unlessMadeBefore('InvalidPermission.Duplicate', () =>
    clients.get(EC2Client).send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: id,
        IpPermissions: [
          {
            IpProtocol: 'tcp',
            FromPort: port,
            ToPort: port,
            UserIdGroupPairs: [{ GroupId: groupId }],
          },
        ],
      }),
    ),
  );
}

/**
 * Deletes a security group.
 *
 * @returns whether it is gone; not yet where a network interface still has it
 */
export async function deleteSecurityGroup(clients: AwsClients, id: string): Promise<boolean> {
  try {
    await clients.get(EC2Client).send(new DeleteSecurityGroupCommand({ GroupId: id }));
    return true;
  } catch (error) {
    if (isAwsError(error, 'InvalidGroup.NotFound')) return true;
    if (isAwsError(error, 'DependencyViolation', 'InvalidGroup.InUse')) return false;
    throw error;
  }
}
