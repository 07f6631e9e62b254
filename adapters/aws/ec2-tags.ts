import { CreateTagsCommand, DeleteTagsCommand, DescribeTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { AwsClients } from './clients';
import { defined } from '../../core/defined';
import { tagList } from './tag-lists';

/** Tags by resource id. */
export type TagsById = Map<string, Record<string, string>>;

/**
 * Reads the tags of resources (VPCs, subnets, …) of any kind in one call per page.
 *
 * @returns an entry for each id, empty for a resource without tags or that does not exist
 */
export async function readTags(clients: AwsClients, ids: readonly string[]): Promise<TagsById> {
  const found: TagsById = new Map(ids.map((id) => [id, {}]));
  let NextToken: string | undefined;
  do {
    const page = await clients.get(EC2Client).send(
      new DescribeTagsCommand({
        Filters: [{ Name: 'resource-id', Values: [...ids] }],
        ...defined({ NextToken }),
      }),
    );
    for (const { ResourceId, Key, Value } of page.Tags ?? []) {
      const tags = found.get(ResourceId ?? '');
      if (tags !== undefined && Key !== undefined) tags[Key] = Value ?? '';
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== '');
  return found;
}

/** Sets tags on resources; others that they have stay. */
export async function createTags(
  clients: AwsClients,
  ids: readonly string[],
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(EC2Client).send(
    new CreateTagsCommand({
      Resources: [...ids],
      Tags: tagList(tags),
    }),
  );
}

/** Removes tags from resources, each only where it still has the given value. */
export async function deleteTags(
  clients: AwsClients,
  ids: readonly string[],
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(EC2Client).send(
    new DeleteTagsCommand({
      Resources: [...ids],
      Tags: tagList(tags),
    }),
  );
}
