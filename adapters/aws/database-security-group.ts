import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeBefore } from './unrepeated';

/** Tells our rules from those of others. */
const ruleDescription = 'kubeflow-eks: the cluster';

/** The port of MySQL. */
const port = 3306;

/** The security group of a database, by which the nodes of a cluster are let in. */
export interface DatabaseSecurityGroup {
  id: string;
  /** Value of the owner tag. */
  owner: string | undefined;
  /** Ids of the groups that we have let in. */
  letIn: string[];
}

/** Security groups of a name: one at most in a VPC. */
export async function findDatabaseSecurityGroups(
  clients: AwsClients,
  name: string,
  vpcId?: string,
): Promise<DatabaseSecurityGroup[]> {
  const Filters = [
    { Name: 'group-name', Values: [name] },
    ...(vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }]),
  ];
  const { SecurityGroups: found = [] } = await clients
    .get(EC2Client)
    .send(new DescribeSecurityGroupsCommand({ Filters }));
  return found.map(({ GroupId: id = '', Tags: tags = [], IpPermissions: rules = [] }) => ({
    id,
    owner: tags.find(({ Key }) => Key === ownerTag)?.Value,
    letIn: rules
      .filter(({ FromPort: first, ToPort: last }) => first === port && last === port)
      .flatMap(({ UserIdGroupPairs: pairs = [] }) => pairs)
      .flatMap(({ GroupId: other, Description: description }) =>
        other !== undefined && description === ruleDescription ? [other] : [],
      ),
  }));
}

/** Makes a security group that lets nobody in. */
export async function createDatabaseSecurityGroup(
  clients: AwsClients,
  name: string,
  { vpcId, tags }: { vpcId: string; tags: Readonly<Record<string, string>> },
): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await unlessMadeBefore('InvalidGroup.Duplicate', async () =>
    clients.get(EC2Client).send(
      new CreateSecurityGroupCommand({
        ...{ GroupName: name, VpcId: vpcId, Description: 'database of Pipelines and Katib' },
        TagSpecifications: [{ ResourceType: 'security-group', Tags }],
      }),
    ),
  );
}

const rule = (groupId: string): IpPermission => ({
  ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
  UserIdGroupPairs: [{ GroupId: groupId, Description: ruleDescription }],
});

/** Lets those in that have a security group, on the port of MySQL alone. */
export async function letGroupIn(clients: AwsClients, id: string, other: string): Promise<void> {
  const IpPermissions = [rule(other)];
  await unlessMadeBefore('InvalidPermission.Duplicate', async () =>
    clients.get(EC2Client).send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions })),
  );
}

/** Takes that back; that it is not so any more is no error. */
export async function shutGroupOut(clients: AwsClients, id: string, other: string): Promise<void> {
  try {
    const IpPermissions = [rule(other)];
    await clients.get(EC2Client).send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions }));
  } catch (error) {
    if (!isAwsError(error, 'InvalidPermission.NotFound')) throw error;
  }
}

/**
 * Deletes a security group; that there is none is no error.
 *
 * @returns `false` where something still has it
 */
export async function deleteDatabaseSecurityGroup(clients: AwsClients, id: string): Promise<boolean> {
  try {
    await clients.get(EC2Client).send(new DeleteSecurityGroupCommand({ GroupId: id }));
  } catch (error) {
    if (isAwsError(error, 'DependencyViolation', 'InvalidGroup.InUse')) return false;
    if (!isAwsError(error, 'InvalidGroup.NotFound')) throw error;
  }
  return true;
}
