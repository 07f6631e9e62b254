import type { DeployedAlarm, DeployedTopic } from '../../stack/template';
import { permitsService } from '../iam/resource-policies';

/** A service of AWS that publishes by itself, on behalf of one of the account's resources. */
export type Publisher =
  | { readonly service: 'events.amazonaws.com' }
  | { readonly service: 'cloudwatch.amazonaws.com'; readonly alarmArn: string };

/**
 * Why a topic would not take what a service publishes, if so: its policy or its key's shuts the service out. Rules that
 * AWS documents, see `local/RULES.md`: a topic with a policy of its own has no other, EventBridge gives neither SNS nor
 * KMS any condition key, and CloudWatch gives both the account and the alarm.
 */
export function refusalOf(
  { arn, policy, keyPolicy }: DeployedTopic,
  publisher: Publisher,
): string | undefined {
  const accountId = arn.split(':')[4] ?? '';
  const keys = {
    'aws:securetransport': ['true'],
    ...('alarmArn' in publisher && {
      'aws:sourceaccount': [accountId],
      'aws:sourcearn': [publisher.alarmArn],
    }),
  };
  const who = 'alarmArn' in publisher ? publisher.alarmArn : publisher.service;
  const permitted = (statements: DeployedTopic['policy'], action: string): boolean =>
    statements === undefined ||
    permitsService(statements, { service: publisher.service, action, resource: arn, keys });
  if (!permitted(policy, 'sns:Publish'))
    return `Resource: ${who} is not authorized to perform: SNS:Publish on resource: ${arn}`;
  const keyAction = ['kms:GenerateDataKey', 'kms:Decrypt'].find((action) => !permitted(keyPolicy, action));
  return keyAction === undefined
    ? undefined
    : `Resource: ${who} is not authorized to perform: ${keyAction} with the key of ${arn}`;
}

/** A metric as a log line has it (CloudWatch embedded metric format). */
interface EmbeddedMetrics {
  readonly _aws?: {
    readonly CloudWatchMetrics?: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

/** Whether a value breaches, by the names of CloudWatch (API reference, PutMetricAlarm, `ComparisonOperator`). */
const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/**
 * The alarms on metrics that functions write to their logs. One rings as soon as a value breaches its threshold: those of
 * the stack that are of this kind want one datapoint.
 */
export class Alarms {
  /** Names of those that rang, in order. */
  readonly rung: string[] = [];

  /**
   * @param publish tells a topic
   * @throws Error for an alarm whose topic would not hear it
   */
  constructor(
    private readonly alarms: readonly DeployedAlarm[],
    topic: DeployedTopic,
    private readonly publish: (topicArn: string, message: string) => void,
  ) {
    for (const { name, arn, actions } of alarms) {
      for (const action of [...actions.alarm, ...actions.ok].filter((target) => target === topic.arn)) {
        const refusal = refusalOf(topic, { service: 'cloudwatch.amazonaws.com', alarmArn: arn });
        if (refusal !== undefined)
          throw new Error(`the alarm ${name} would reach nobody at ${action}: ${refusal}`);
      }
    }
  }

  /** Takes a line of a function's log. */
  observe(line: string): void {
    if (!line.includes('"CloudWatchMetrics"')) return;
    const document = JSON.parse(line) as EmbeddedMetrics;
    for (const { Namespace: namespace, Dimensions: sets, Metrics: metrics } of document._aws
      ?.CloudWatchMetrics ?? []) {
      for (const alarm of this.alarms) {
        const { metric } = alarm;
        const isBreached = metrics.some(
          ({ Name }) => Name === metric.name && breaches(alarm, Number(document[Name])),
        );
        if (namespace === metric.namespace && isBreached && sets.some((set) => isOf(metric, set, document)))
          this.ring(alarm);
      }
    }
  }

  private ring({ name, actions }: DeployedAlarm): void {
    this.rung.push(name);
    for (const topic of actions.alarm) this.publish(topic, `ALARM: ${name}`);
  }
}

/** @throws Error for a comparison that the region does not know, rather than never to ring */
function breaches({ name, comparison, threshold }: DeployedAlarm, value: number): boolean {
  const compare = comparisons[comparison];
  if (compare === undefined)
    throw new Error(`the local region does not know how ${name} compares: ${comparison}`);
  return compare(value, threshold);
}

function isOf(
  { dimensions }: DeployedAlarm['metric'],
  set: readonly string[],
  document: EmbeddedMetrics,
): boolean {
  const wanted = Object.entries(dimensions);
  return wanted.length === set.length && wanted.every(([name, value]) => document[name] === value);
}
