import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  ListTagsForResourceCommand,
  paginateDescribeLogGroups,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { unlessMadeBefore } from './unrepeated';

/** A log group. */
interface LogGroup {
  name: string;
  arn: string;
  /** Days that its events are kept; `undefined` for ever. */
  retentionDays: number | undefined;
}

/** The log groups whose names begin like this. */
export async function listLogGroups(clients: AwsClients, prefix: string): Promise<LogGroup[]> {
  const client = clients.get(CloudWatchLogsClient);
  const groups: LogGroup[] = [];
  for await (const page of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: prefix })) {
    for (const { logGroupName: name = '', arn = '', retentionInDays } of page.logGroups ?? [])
      // Tags are asked for by the ARN without the log streams at its end (API reference, LogGroup).
      groups.push({ name, arn: arn.replace(/:\*$/, ''), retentionDays: retentionInDays });
  }
  return groups;
}

/** The tags of a log group. */
export async function logGroupTags(
  clients: AwsClients,
  { arn }: LogGroup,
): Promise<{ owner: string | undefined; tags: Readonly<Record<string, string>> }> {
  const { tags = {} } = await clients
    .get(CloudWatchLogsClient)
    .send(new ListTagsForResourceCommand({ resourceArn: arn }));
  return { owner: tags[ownerTag], tags };
}

/** Makes a log group, whose events are kept for ever until it is told otherwise. */
export async function createLogGroup(
  clients: AwsClients,
  name: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await unlessMadeBefore('ResourceAlreadyExistsException', () =>
    clients
      .get(CloudWatchLogsClient)
      .send(new CreateLogGroupCommand({ logGroupName: name, tags: { ...tags } })),
  );
}

/** Says how long the events of a log group are kept. */
export async function setRetention(clients: AwsClients, name: string, days: number): Promise<void> {
  await clients
    .get(CloudWatchLogsClient)
    .send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: days }));
}

/** Sets tags on a log group; others that it has stay. */
export async function tagLogGroup(
  clients: AwsClients,
  { arn }: LogGroup,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients
    .get(CloudWatchLogsClient)
    .send(new TagResourceCommand({ resourceArn: arn, tags: { ...tags } }));
}
