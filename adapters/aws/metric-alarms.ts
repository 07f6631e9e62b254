import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import type { DeploymentAlarm } from '../../core/deployment-alarms';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { tagList, tagsFrom } from './tag-lists';

/** An alarm that is there. */
export interface Alarm {
  name: string;
  /** Value of the owner tag. */
  owner: string | undefined;
  arn: string;
  tags: Readonly<Record<string, string>>;
  /** As CloudWatch describes it, in the terms of {@link alarmDefinition}. */
  definition: object;
}

/** An alarm in CloudWatch's terms: what PutMetricAlarm takes, and DescribeAlarms gives among other things. */
export function alarmDefinition(alarm: DeploymentAlarm): PutMetricAlarmInput {
  const { metrics, worst, topics } = alarm;
  const queries = metrics.map(({ namespace, name, dimensions, statistic }, index) => ({
    Id: `m${index + 1}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: alarm.period,
      Stat: statistic,
    },
    ReturnData: metrics.length === 1,
  }));
  const expression = { Id: 'worst', Expression: `${worst}([${queries.map(({ Id }) => Id).join(', ')}])` };
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description,
    Metrics: metrics.length === 1 ? queries : [...queries, { ...expression, ReturnData: true }],
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    EvaluationPeriods: alarm.datapoints,
    DatapointsToAlarm: alarm.datapoints,
    TreatMissingData: 'notBreaching',
    ActionsEnabled: true,
    AlarmActions: [...topics],
    OKActions: [...topics],
  };
}

/** Those alarms of the names that are there. */
export async function findAlarms(clients: AwsClients, names: readonly string[]): Promise<Alarm[]> {
  const client = clients.get(CloudWatchClient);
  // Fewer names than a page has.
  const { MetricAlarms: alarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm'] }),
  );
  return Promise.all(
    alarms.map(async (definition) => {
      const { Tags: tags = [] } = await client.send(
        new ListTagsForResourceCommand({ ResourceARN: definition.AlarmArn }),
      );
      const named = tagsFrom(tags);
      const { AlarmName: name = '', AlarmArn: arn = '' } = definition;
      return { name, arn, owner: named[ownerTag], tags: named, definition };
    }),
  );
}

/**
 * Makes an alarm, or brings the one of the name to what is given.
 *
 * @param tags for a new one alone: of one that is there CloudWatch ignores them (API reference, PutMetricAlarm)
 */
export async function putAlarm(
  clients: AwsClients,
  alarm: DeploymentAlarm,
  tags?: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(CloudWatchClient).send(
    new PutMetricAlarmCommand({
      ...alarmDefinition(alarm),
      ...(tags !== undefined && { Tags: tagList(tags) }),
    }),
  );
}

/** Sets tags on an alarm; others that it has stay. */
export async function tagAlarm(
  clients: AwsClients,
  { arn }: Alarm,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(CloudWatchClient).send(new TagResourceCommand({ ResourceARN: arn, Tags: tagList(tags) }));
}

/** Takes tags off an alarm. */
export async function untagAlarm(
  clients: AwsClients,
  { arn }: Alarm,
  keys: readonly string[],
): Promise<void> {
  await clients
    .get(CloudWatchClient)
    .send(new UntagResourceCommand({ ResourceARN: arn, TagKeys: [...keys] }));
}

/** Deletes an alarm; one that is gone counts as deleted. */
export async function deleteAlarm(clients: AwsClients, name: string): Promise<void> {
  await clients.get(CloudWatchClient).send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
}
