import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/**
 * The last line of a log that says something.
 *
 * @returns `undefined` while there is none: CodeBuild makes the stream when the build has its machine
 */
export async function lastLogLine(
  clients: AwsClients,
  { group: logGroupName, stream: logStreamName }: { group: string; stream: string },
): Promise<string | undefined> {
  if (logGroupName === '' || logStreamName === '') return undefined;
  try {
    const { events = [] } = await clients.get(CloudWatchLogsClient).send(
      // By default the newest events are the ones that are left when there are more than the limit.
      new GetLogEventsCommand({ logGroupName, logStreamName, limit: 20, startFromHead: false }),
    );
    return events
      .map(({ message = '' }) => message.trim())
      .filter((message) => message !== '')
      .at(-1);
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
