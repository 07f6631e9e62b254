import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeBefore } from './unrepeated';
import { tagList, tagsFrom } from './tag-lists';

/** Tells the rules that are made here from those of others. */
const ruleDescription = 'kubeflow-eks: the cluster';

/** A security group of ours, as far as it is compared. */
export interface OwnSecurityGroup {
  id: string;
  tags: Readonly<Record<string, string>>;
  /** Of each rule by which another group is let in by TCP: which one, on which port, and whether {@link admitGroup} made it. */
  admits: { groupId: string; port: number; ours: boolean }[];
}

/** The security groups of a name; one at most in a VPC. */
export async function findSecurityGroups(
  clients: AwsClients,
  name: string,
  vpcId?: string,
): Promise<OwnSecurityGroup[]> {
  const Filters = [
    { Name: 'group-name', Values: [name] },
    ...(vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }]),
  ];
  const { SecurityGroups: found = [] } = await clients
    .get(EC2Client)
    .send(new DescribeSecurityGroupsCommand({ Filters }));
  return found.map(({ GroupId: id = '', Tags: tags = [], IpPermissions: rules = [] }) => ({
    id,
    tags: tagsFrom(tags),
    admits: rules
      .filter(({ IpProtocol, FromPort, ToPort }) => IpProtocol === 'tcp' && FromPort === ToPort)
      .flatMap(({ FromPort: port = 0, UserIdGroupPairs: pairs = [] }) =>
        pairs.flatMap(({ GroupId: groupId, Description: description }) =>
          groupId === undefined ? [] : [{ groupId, port, ours: description === ruleDescription }],
        ),
      ),
  }));
}

/** The security group of a name in a VPC, where names are unique. */
export async function findSecurityGroup(
  clients: AwsClients,
  name: string,
  vpcId: string,
): Promise<OwnSecurityGroup | undefined> {
  return (await findSecurityGroups(clients, name, vpcId))[0];
}

/** Makes a security group that lets nobody in. */
export async function createSecurityGroup(
  clients: AwsClients,
  wanted: { name: string; description: string; vpcId: string; tags: Readonly<Record<string, string>> },
): Promise<void> {
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
}

/** A group that is let in, on one TCP port. */
interface Admission {
  groupId: string;
  port: number;
}

const ruleOf = ({ groupId, port }: Admission): IpPermission => ({
  ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
  UserIdGroupPairs: [{ GroupId: groupId, Description: ruleDescription }],
});

/** Lets the machines of another group in on a TCP port. */
export async function admitGroup(clients: AwsClients, id: string, admission: Admission): Promise<void> {
  const IpPermissions = [ruleOf(admission)];
  await unlessMadeBefore('InvalidPermission.Duplicate', () =>
    clients.get(EC2Client).send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions })),
  );
}

/** Takes back what {@link admitGroup} gave; that it is not so any more is no error. */
export async function withdrawGroup(clients: AwsClients, id: string, admission: Admission): Promise<void> {
  try {
    const IpPermissions = [ruleOf(admission)];
    await clients.get(EC2Client).send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions }));
  } catch (error) {
    if (!isAwsError(error, 'InvalidPermission.NotFound')) throw error;
  }
}

/**
 * Deletes a security group; that there is none is no error.
 *
 * @returns whether it is gone; not yet where a network interface or another group's rule still has it
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
