import { metricNames, metricsNamespace, product, type Workflow } from '../core/naming';
import { runbookEntry } from '../core/runbook';

/** A CloudWatch alarm, as data: the constructs turn it into a resource. */
export interface AlarmSpec {
  /** Name, and the anchor in the runbook. */
  readonly id: string;
  readonly title: string;
  /** What it means, in a sentence. */
  readonly meaning: string;
  readonly metric: {
    readonly namespace: string;
    readonly name: string;
    readonly statistic: string;
    /** Dimensions, where `<machine:provision>` stands for a state machine's ARN. */
    readonly dimensions: Readonly<Record<string, string>>;
    /** Length of a datapoint, in minutes. */
    readonly periodMinutes: number;
  };
  readonly threshold: number;
  readonly comparison: 'at-least' | 'more-than' | 'less-than';
  /** So many datapoints of so many must breach. */
  readonly datapoints: readonly [breaching: number, of: number];
  /**
   * What no data means: nothing that the alarm looks for, or that something does not run which should. An alarm of the
   * second kind notifies when data ceases, and not while there has been none yet, as after the first deployment.
   */
  readonly missing: 'good' | 'bad';
}

/** One failure may be a moment's, as where the load balancer's targets are replaced; each is among the resync's warnings. */
const endpointFailuresToAlarm = 3;

const profileManager = { FunctionName: `${product}-profile-manager` };

/**
 * Counted by the failure recorder and not by Step Functions: that has failures and time-outs apart, and counts requests
 * that were refused before anything was touched, of which the caller is told.
 */
const executions = (workflow: Workflow, meaning: string): AlarmSpec => ({
  id: `${workflow}-failed`,
  title: `Execution of ${workflow} failed`,
  meaning,
  metric: {
    namespace: metricsNamespace,
    name: metricNames.failedExecutions,
    statistic: 'Sum',
    dimensions: { service: 'failure-recorder', Workflow: workflow },
    periodMinutes: 5,
  },
  threshold: 1,
  comparison: 'at-least',
  datapoints: [1, 1],
  missing: 'good',
});

const login = (
  id: string,
  title: string,
  meaning: string,
  metric: { name: string; statistic: string; periodMinutes: number },
  rest: Pick<AlarmSpec, 'threshold' | 'comparison' | 'datapoints'>,
): AlarmSpec => ({
  id,
  title,
  meaning,
  metric: { namespace: 'AWS/Lambda', dimensions: profileManager, ...metric },
  ...rest,
  missing: 'good',
});

/** One may be a moment's; what lasts is there a look later. */
const driftFailuresToAlarm = 2;

/** There is a look a day at least: its finding stays for that, and for the time that one plan may take longer than another. */
const driftWindowHours = 26;

const drift = (id: string, title: string, meaning: string, name: string, threshold: number): AlarmSpec => ({
  id,
  title,
  meaning,
  metric: {
    namespace: metricsNamespace,
    name,
    statistic: 'Maximum',
    dimensions: { service: 'drift-recorder' },
    periodMinutes: 60,
  },
  threshold,
  comparison: 'at-least',
  datapoints: [1, driftWindowHours],
  missing: 'good',
});

const deadLetters = (queue: string, title: string, meaning: string): AlarmSpec => ({
  id: queue,
  title,
  meaning,
  metric: {
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    statistic: 'Maximum',
    dimensions: { QueueName: `${product}-${queue}` },
    periodMinutes: 5,
  },
  threshold: 1,
  comparison: 'at-least',
  datapoints: [1, 1],
  missing: 'good',
});

/** The alarms. A failed execution also notifies through its recorder, with the advice; these say that it did not stay unseen. */
export const alarms: readonly AlarmSpec[] = [
  executions('provision', 'A deployment was not provisioned. Its record says at which state and what to do.'),
  executions('resync', 'One or more deployments could not be brought back in line; the cause names them.'),
  executions('destroy', 'A deployment was not removed completely. What is left still costs money.'),
  {
    id: 'resync-missing',
    title: 'No resync for a day',
    meaning:
      'Nobody who left is revoked, and no drift repaired, until a resync runs. The schedule is off or denied.',
    metric: {
      namespace: 'AWS/States',
      name: 'ExecutionsStarted',
      statistic: 'Sum',
      dimensions: { StateMachineArn: '<machine:resync>' },
      periodMinutes: 1440,
    },
    threshold: 1,
    comparison: 'less-than',
    datapoints: [1, 1],
    missing: 'bad',
  },
  {
    id: 'endpoint-failing',
    title: "A deployment's address does not lead to the login",
    meaning: `${endpointFailuresToAlarm} resyncs in a row asked the address of a deployment as a browser does, and were not led to its login.`,
    metric: {
      namespace: metricsNamespace,
      name: metricNames.endpointFailures,
      statistic: 'Maximum',
      dimensions: { service: 'record-resync' },
      periodMinutes: 60,
    },
    threshold: endpointFailuresToAlarm,
    comparison: 'at-least',
    // Two hours, so that it stays between two resyncs, of which there is one an hour.
    datapoints: [1, 2],
    missing: 'good',
  },
  login(
    'logins-refused',
    'Logins end in an error',
    'The profile manager throws, and Cognito refuses those logins: a cluster is out of reach, or its registration wrong.',
    { name: 'Errors', statistic: 'Sum', periodMinutes: 5 },
    { threshold: 3, comparison: 'at-least', datapoints: [1, 1] },
  ),
  login(
    'logins-slow',
    'Logins come near the limit of Cognito',
    'Cognito waits 5 s for the profile manager. One login in twenty takes more than 4 s.',
    { name: 'Duration', statistic: 'p95', periodMinutes: 5 },
    { threshold: 4000, comparison: 'more-than', datapoints: [2, 3] },
  ),
  login(
    'logins-throttled',
    'Logins are throttled by Lambda',
    "The account's concurrent executions are used up, so Cognito refuses logins.",
    { name: 'Throttles', statistic: 'Sum', periodMinutes: 5 },
    { threshold: 1, comparison: 'at-least', datapoints: [1, 1] },
  ),
  deadLetters(
    'failure-recorder-dlq',
    'A failed execution was not recorded',
    'The failure recorder itself failed; the event of the execution is in the queue.',
  ),
  drift(
    'drift',
    'A deployment is not as it was provisioned',
    'A plan found what a provisioning with the registered configuration would change. The mail lists it.',
    metricNames.driftChanges,
    1,
  ),
  drift(
    'drift-unknown',
    'A deployment cannot be compared with what it was provisioned with',
    `${driftFailuresToAlarm} plans in a row that look for drift came to no end.`,
    metricNames.driftLookFailures,
    driftFailuresToAlarm,
  ),
  deadLetters(
    'drift-dlq',
    'Drift was not looked for, or not recorded',
    'One of the two functions that do it failed; the event is in the queue.',
  ),
  deadLetters(
    'resync-dlq',
    'A resync was not started',
    'EventBridge could not start the resync; the event is in the queue.',
  ),
];

/**
 * The text of an alarm: what it means, and where to read on.
 *
 * @param runbook address of the page of the alarms; by default its path in the repository, which is said to be one
 */
export function alarmDescription({ meaning, id }: AlarmSpec, runbook?: string): string {
  return `${meaning} ${runbookEntry(id, runbook)}`;
}
