import {
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBParameterGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSubnetGroupsCommand,
  ListTagsForResourceCommand,
  ModifyDBParameterGroupCommand,
  ModifyDBSubnetGroupCommand,
  RDSClient,
  paginateDescribeDBParameters,
  type Parameter,
} from '@aws-sdk/client-rds';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeBefore } from './unrepeated';
import { tagList } from './tag-lists';

/** The subnets in which RDS puts an instance. */
export interface SubnetGroup {
  /** Value of the owner tag. */
  owner: string | undefined;
  subnetIds: string[];
}

/** What MySQL is told at its start. */
export interface ParameterGroup {
  /** Value of the owner tag. */
  owner: string | undefined;
  /** Parameters that differ from those of the engine. */
  values: Readonly<Record<string, string>>;
}

type Tags = Readonly<Record<string, string>>;

async function ownerOf(clients: AwsClients, arn: string): Promise<string | undefined> {
  const { TagList: tags = [] } = await clients
    .get(RDSClient)
    .send(new ListTagsForResourceCommand({ ResourceName: arn }));
  return tags.find(({ Key }) => Key === ownerTag)?.Value;
}

/** A subnet group by its name, or `undefined`. */
export async function findSubnetGroup(clients: AwsClients, name: string): Promise<SubnetGroup | undefined> {
  try {
    const { DBSubnetGroups: [found] = [] } = await clients
      .get(RDSClient)
      .send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name }));
    if (found === undefined) return undefined;
    return {
      owner: await ownerOf(clients, found.DBSubnetGroupArn ?? ''),
      subnetIds: (found.Subnets ?? []).flatMap(({ SubnetIdentifier: id }) => id ?? []),
    };
  } catch (error) {
    if (isAwsError(error, 'DBSubnetGroupNotFoundFault', 'DBSubnetGroupNotFound')) return undefined;
    throw error;
  }
}

/** Makes a subnet group; RDS refuses one whose subnets are in a single zone. */
export async function createSubnetGroup(
  clients: AwsClients,
  name: string,
  { description, subnetIds, tags }: { description: string; subnetIds: readonly string[]; tags: Tags },
): Promise<void> {
  await unlessMadeBefore('DBSubnetGroupAlreadyExistsFault', async () =>
    clients.get(RDSClient).send(
      new CreateDBSubnetGroupCommand({
        ...{ DBSubnetGroupName: name, DBSubnetGroupDescription: description },
        ...{ SubnetIds: [...subnetIds], Tags: tagList(tags) },
      }),
    ),
  );
}

/** Sets the subnets of a group; RDS refuses to take one away in which an instance is. */
export async function setSubnets(clients: AwsClients, name: string, ids: readonly string[]): Promise<void> {
  await clients
    .get(RDSClient)
    .send(new ModifyDBSubnetGroupCommand({ DBSubnetGroupName: name, SubnetIds: [...ids] }));
}

/** Deletes a subnet group; that there is none is no error. */
export async function deleteSubnetGroup(clients: AwsClients, name: string): Promise<void> {
  try {
    await clients.get(RDSClient).send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: name }));
  } catch (error) {
    if (!isAwsError(error, 'DBSubnetGroupNotFoundFault', 'DBSubnetGroupNotFound')) throw error;
  }
}

/** A parameter group by its name, or `undefined`. */
export async function findParameterGroup(
  clients: AwsClients,
  name: string,
): Promise<ParameterGroup | undefined> {
  const client = clients.get(RDSClient);
  try {
    const { DBParameterGroups: [found] = [] } = await client.send(
      new DescribeDBParameterGroupsCommand({ DBParameterGroupName: name }),
    );
    if (found === undefined) return undefined;
    const values: Record<string, string> = {};
    const ofUsers = { DBParameterGroupName: name, Source: 'user' };
    for await (const { Parameters: page = [] } of paginateDescribeDBParameters({ client }, ofUsers))
      for (const { ParameterName: parameter = '', ParameterValue: value = '' } of page)
        values[parameter] = value;
    return { owner: await ownerOf(clients, found.DBParameterGroupArn ?? ''), values };
  } catch (error) {
    if (isAwsError(error, 'DBParameterGroupNotFoundFault', 'DBParameterGroupNotFound')) return undefined;
    throw error;
  }
}

/** Makes a parameter group of an engine's family such as `mysql8.4`, with nothing set yet. */
export async function createParameterGroup(
  clients: AwsClients,
  name: string,
  { description, family, tags }: { description: string; family: string; tags: Tags },
): Promise<void> {
  await unlessMadeBefore('DBParameterGroupAlreadyExistsFault', async () =>
    clients.get(RDSClient).send(
      new CreateDBParameterGroupCommand({
        ...{ DBParameterGroupName: name, DBParameterGroupFamily: family },
        ...{ Description: description, Tags: tagList(tags) },
      }),
    ),
  );
}

/** Sets parameters of a group; how each takes effect is part of it. */
export async function setParameters(
  clients: AwsClients,
  name: string,
  parameters: readonly Parameter[],
): Promise<void> {
  await clients
    .get(RDSClient)
    .send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: name, Parameters: [...parameters] }));
}

/** Deletes a parameter group; that there is none is no error. */
export async function deleteParameterGroup(clients: AwsClients, name: string): Promise<void> {
  try {
    await clients.get(RDSClient).send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: name }));
  } catch (error) {
    if (!isAwsError(error, 'DBParameterGroupNotFoundFault', 'DBParameterGroupNotFound')) throw error;
  }
}
