import { satisfies } from './differences';
import { deploymentAlarmName } from './naming';
import { runbookEntry } from './runbook';
import type { DatabaseEndpoint } from './configuration/database';
import type { Observability } from './configuration/observability';

/** A metric of CloudWatch that an alarm reads. */
export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
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
export const alarmKinds = [
  'unhealthy-targets',
  'server-errors',
  'certificate-expiry',
  'failed-nodes',
  'node-cpu',
  'node-memory',
  'node-filesystem',
  'database-storage',
  'database-cpu',
  'database-connections',
] as const;
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
  /** In which Pipelines and Katib keep what they store; nothing where it is in the cluster. */
  readonly database?: Pick<DatabaseEndpoint, 'identifier' | 'isCluster'> | undefined;
  readonly topics: readonly string[];
}

/** What of an alarm depends on its kind. */
type Rest = Omit<DeploymentAlarm, 'name' | 'description' | 'topics'>;
/** An alarm as a row: its kind, what it means, and the rest. */
type Row = [kind: AlarmKind, meaning: string, rest: Rest];

/** The alarms of a deployment; none on what it does not have. */
export function deploymentAlarms(watched: Watched): DeploymentAlarm[] {
  const { deployment, topics } = watched;
  return [...wayInRows(watched), ...nodeRows(watched), ...databaseRows(watched)].flatMap(
    ([kind, meaning, rest]) =>
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
          ],
  );
}

/**
 * On the load balancer and the certificates. Metrics and dimensions: Elastic Load Balancing user guide, "CloudWatch metrics for your
 * Application Load Balancer"; ACM user guide, "Supported CloudWatch metrics". A certificate of another region, as that of
 * the login's domain may be, has its metric there, where no alarm could tell a topic of this one.
 */
function wayInRows(watched: Watched): Row[] {
  const { deployment, settings } = watched;
  const balancer = { LoadBalancer: watched.loadBalancerArn.replace(/^.*:loadbalancer\//, '') };
  const ofBalancer = 'AWS/ApplicationELB';
  return [
    [
      'unhealthy-targets',
      `Pods of the gateway of ${deployment.name} do not answer the load balancer.`,
      {
        metrics: watched.targetGroupArns.map((arn) => ({
          namespace: ofBalancer,
          name: 'UnHealthyHostCount',
          dimensions: { ...balancer, TargetGroup: arn.slice(arn.lastIndexOf(':') + 1) },
          statistic: 'Maximum',
        })),
        // A pod that is replaced counts as unhealthy for a moment.
        ...atLeast(1),
      },
    ],
    [
      'server-errors',
      `The load balancer of ${deployment.name} answers requests itself, with errors: it finds nobody who would.`,
      {
        metrics: [
          { namespace: ofBalancer, name: 'HTTPCode_ELB_5XX_Count', dimensions: balancer, statistic: 'Sum' },
        ],
        ...atLeast(settings.server_errors, 2),
      },
    ],
    [
      'certificate-expiry',
      `A certificate of ${deployment.name} was not renewed and ends soon.`,
      {
        metrics: watched.certificateArns
          .filter((arn) => arn.split(':')[3] === deployment.region)
          .map((arn) => ({
            namespace: 'AWS/CertificateManager',
            name: 'DaysToExpiry',
            dimensions: { CertificateArn: arn },
            statistic: 'Minimum',
          })),
        ...below(settings.certificate_days),
        // ACM tells twice a day.
        period: 86_400,
        datapoints: 1,
      },
    ],
  ];
}

/**
 * On the nodes, where Container Insights tells of them: each node sends its numbers under the cluster's name alone, too, so that
 * the largest is that of the worst node (CloudWatch user guide, "Enhanced Container Insights (Classic) metric reference"; the
 * declarations of amazon-cloudwatch-agent, `translate/otel/exporter/awsemf/kubernetes.go`).
 *
 * Training takes all of a node's CPU, and is meant to: what counts is whether there is any left in the cluster.
 */
function nodeRows({ deployment, settings: { container_insights: insights } }: Watched): Row[] {
  if (insights === undefined) return [];
  const metric = (name: string, statistic: WatchedMetric['statistic']): WatchedMetric[] => [
    // The cluster has the name of its deployment.
    { namespace: 'ContainerInsights', name, dimensions: { ClusterName: deployment.name }, statistic },
  ];
  return [
    [
      'failed-nodes',
      `A node of ${deployment.name} is not ready, or short of memory, disk or process ids.`,
      { metrics: metric('cluster_failed_node_count', 'Maximum'), ...atLeast(1) },
    ],
    [
      'node-cpu',
      `The nodes of ${deployment.name} together have hardly any CPU left.`,
      { metrics: metric('node_cpu_utilization', 'Average'), ...atLeast(insights.node_cpu_percent, 6) },
    ],
    [
      'node-memory',
      `A node of ${deployment.name} has hardly any memory left.`,
      { metrics: metric('node_memory_utilization', 'Maximum'), ...atLeast(insights.node_memory_percent) },
    ],
    [
      'node-filesystem',
      `A file system of a node of ${deployment.name} is nearly full.`,
      {
        metrics: metric('node_filesystem_utilization', 'Maximum'),
        ...atLeast(insights.node_filesystem_percent),
      },
    ],
  ];
}

const bytesPerGiB = 1024 ** 3;

/**
 * On the database in RDS (RDS user guide, "Amazon CloudWatch metrics for Amazon RDS"; Aurora user guide, "CloudWatch dimensions for
 * Aurora"): of a cluster on its writer, whichever instance that is. Its storage grows by itself and has no such metric.
 */
function databaseRows({ deployment, settings, database }: Watched): Row[] {
  if (database === undefined) return [];
  const dimensions: Record<string, string> = database.isCluster
    ? { DBClusterIdentifier: database.identifier, Role: 'WRITER' }
    : { DBInstanceIdentifier: database.identifier };
  const metric = (name: string, statistic: WatchedMetric['statistic']): WatchedMetric[] => [
    { namespace: 'AWS/RDS', name, dimensions, statistic },
  ];
  const { database_connections: connections } = settings;
  return [
    [
      'database-storage',
      `The database of ${deployment.name} has hardly any storage left: it stops when there is none.`,
      {
        metrics: database.isCluster ? [] : metric('FreeStorageSpace', 'Minimum'),
        ...below(settings.database_free_gib * bytesPerGiB),
      },
    ],
    [
      'database-cpu',
      `The database of ${deployment.name} has hardly any CPU left.`,
      { metrics: metric('CPUUtilization', 'Average'), ...atLeast(settings.database_cpu_percent) },
    ],
    [
      'database-connections',
      `The database of ${deployment.name} has many connections, and takes so many and no more.`,
      {
        metrics: connections === undefined ? [] : metric('DatabaseConnections', 'Maximum'),
        ...atLeast(connections ?? 0),
      },
    ],
  ];
}

/** Goes off where spans of five minutes in a row reach a threshold; three unless it is said otherwise. */
const atLeast = (threshold: number, datapoints = 3): Omit<Rest, 'metrics'> => ({
  worst: 'MAX',
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold,
  period: 300,
  datapoints,
});

/** Goes off where a quarter of an hour is below a threshold. */
const below = (threshold: number): Omit<Rest, 'metrics'> => ({
  ...atLeast(threshold),
  worst: 'MIN',
  comparison: 'LessThanThreshold',
});

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
