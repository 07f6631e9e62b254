import { satisfies } from './differences';
import { deploymentAlarmName } from './naming';
import { runbookEntry } from './runbook';
import type { Observability } from './configuration/observability';

/** A metric of CloudWatch that an alarm reads. */
export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Maximum' | 'Minimum' | 'Sum';
}

/** An alarm on the metrics of a deployment; of several metrics it takes the worst. */
export interface DeploymentAlarm {
  readonly name: string;
  readonly description: string;
  readonly metrics: readonly WatchedMetric[];
  readonly worst: 'MAX' | 'MIN';
  readonly comparison: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** Length of a datapoint, in seconds. */
  readonly period: number;
  /** So many datapoints in a row must breach. No data breach nothing. */
  readonly datapoints: number;
  /** ARNs of the topics that are told when it goes off and when it is over. */
  readonly topics: readonly string[];
}

/** What there may be an alarm for; each has an entry in the runbook. */
export const alarmKinds = ['unhealthy-targets', 'server-errors', 'certificate-expiry'] as const;
type AlarmKind = (typeof alarmKinds)[number];

/** As many metrics as an alarm takes (CloudWatch user guide, "Create a CloudWatch alarm based on a metric math expression"). */
const mostMetrics = 10;

/** What of a deployment is watched. */
export interface Watched {
  readonly deployment: { readonly name: string; readonly region: string };
  readonly settings: Observability;
  readonly loadBalancerArn: string;
  /** Of the load balancer, whose targets are the pods of the gateway. */
  readonly targetGroupArns: readonly string[];
  readonly certificateArns: readonly string[];
  readonly topics: readonly string[];
}

/**
 * The alarms of a deployment. Metrics and dimensions: Elastic Load Balancing user guide, "CloudWatch metrics for your
 * Application Load Balancer"; ACM user guide, "Supported CloudWatch metrics". A certificate of another region, as that of
 * the login's domain may be, has its metric there, where no alarm could tell a topic of this one.
 */
export function deploymentAlarms(watched: Watched): DeploymentAlarm[] {
  const { deployment, settings, topics } = watched;
  const balancer = { LoadBalancer: watched.loadBalancerArn.replace(/^.*:loadbalancer\//, '') };
  const ofBalancer = 'AWS/ApplicationELB';
  const alarm = (
    kind: AlarmKind,
    meaning: string,
    rest: Omit<DeploymentAlarm, 'name' | 'description' | 'topics'>,
  ): DeploymentAlarm[] =>
    rest.metrics.length === 0
      ? []
      : [
          {
            name: deploymentAlarmName(deployment.name, kind),
            description: `${meaning} ${runbookEntry(kind)}`,
            ...rest,
            metrics: rest.metrics.slice(0, mostMetrics),
            topics,
          },
        ];
  return [
    ...alarm(
      'unhealthy-targets',
      `Pods of the gateway of ${deployment.name} do not answer the load balancer.`,
      {
        metrics: watched.targetGroupArns.map((arn) => ({
          namespace: ofBalancer,
          name: 'UnHealthyHostCount',
          dimensions: { ...balancer, TargetGroup: arn.slice(arn.lastIndexOf(':') + 1) },
          statistic: 'Maximum',
        })),
        worst: 'MAX',
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: 1,
        period: 300,
        // A pod that is replaced counts as unhealthy for a moment.
        datapoints: 3,
      },
    ),
    ...alarm(
      'server-errors',
      `The load balancer of ${deployment.name} answers requests itself, with errors: it finds nobody who would.`,
      {
        metrics: [
          { namespace: ofBalancer, name: 'HTTPCode_ELB_5XX_Count', dimensions: balancer, statistic: 'Sum' },
        ],
        worst: 'MAX',
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: settings.server_errors,
        period: 300,
        datapoints: 2,
      },
    ),
    ...alarm('certificate-expiry', `A certificate of ${deployment.name} was not renewed and ends soon.`, {
      metrics: watched.certificateArns
        .filter((arn) => arn.split(':')[3] === deployment.region)
        .map((arn) => ({
          namespace: 'AWS/CertificateManager',
          name: 'DaysToExpiry',
          dimensions: { CertificateArn: arn },
          statistic: 'Minimum',
        })),
      worst: 'MIN',
      comparison: 'LessThanThreshold',
      threshold: settings.certificate_days,
      // ACM tells twice a day.
      period: 86_400,
      datapoints: 1,
    }),
  ];
}

/** What differs between the alarms that are there and those that are wanted. */
export function alarmDifferences<Present extends { name: string; definition: object }>(
  present: readonly Present[],
  wanted: readonly DeploymentAlarm[],
  definitionOf: (alarm: DeploymentAlarm) => object,
): { missing: DeploymentAlarm[]; changed: DeploymentAlarm[]; unwanted: Present[] } {
  const there = new Map(present.map((one) => [one.name, one]));
  return {
    missing: wanted.filter(({ name }) => !there.has(name)),
    changed: wanted.filter((alarm) => {
      const found = there.get(alarm.name);
      return found !== undefined && !satisfies(found.definition, definitionOf(alarm));
    }),
    unwanted: present.filter(({ name }) => !wanted.some((alarm) => alarm.name === name)),
  };
}
