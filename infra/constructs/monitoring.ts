import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  MathExpression,
  Metric,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  buildProjectName,
  functionName,
  metricsNamespace,
  product,
  stackNames,
  type Workflow,
} from '../../core/naming';
import { alarmDescription, alarms, type AlarmSpec } from '../alarms';
import { buildProjects } from '../builds';
import type { Workflows } from './workflows';

const comparisons = {
  'at-least': ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  'more-than': ComparisonOperator.GREATER_THAN_THRESHOLD,
  'less-than': ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

/** What {@link Monitoring} watches, and whom it tells. */
export interface MonitoringProps {
  readonly workflows: Workflows;
  readonly topic: ITopic;
  /** Where the runbook can be read. */
  readonly runbookUrl?: string;
}

/** Alarms that notify, and the page to look at when one has. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const raised = alarms.map((spec) => this.alarm(spec, props));
    new Dashboard(this, 'dashboard', {
      dashboardName: stackNames.dashboard,
      defaultInterval: Duration.days(1),
      widgets: [
        [new TextWidget({ markdown: guide, width: 24, height: 3 })],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: raised, width: 24, height: 4 })],
        [executions(props.workflows), builds()],
        [logins(), loginWork()],
        [functionErrors(props.workflows)],
      ],
    });
  }

  private alarm(spec: AlarmSpec, { workflows, topic, runbookUrl }: MonitoringProps): Alarm {
    const { metric } = spec;
    const alarm = new Alarm(this, spec.id, {
      alarmName: `${product}-${spec.id}`,
      alarmDescription: alarmDescription(spec, runbookUrl),
      metric: new Metric({
        namespace: metric.namespace,
        metricName: metric.name,
        statistic: metric.statistic,
        period: Duration.minutes(metric.periodMinutes),
        dimensionsMap: Object.fromEntries(
          Object.entries(metric.dimensions).map(([name, value]) => [name, machineArn(value, workflows)]),
        ),
      }),
      threshold: spec.threshold,
      comparisonOperator: comparisons[spec.comparison],
      datapointsToAlarm: spec.datapoints[0],
      evaluationPeriods: spec.datapoints[1],
      treatMissingData: spec.missing === 'good' ? TreatMissingData.NOT_BREACHING : TreatMissingData.MISSING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
    // A new alarm is in this state and makes no change to it, so that it keeps still until there was data.
    if (spec.missing === 'bad') alarm.addInsufficientDataAction(new SnsAction(topic));
    return alarm;
  }
}

const guide = [
  '**Kubeflow on EKS.** `npm run cli -- status NAME` says where a deployment stands, `… watch NAME` follows it,',
  '`… retry NAME` redrives a failed execution. What each alarm means and what to do: `docs/operate/alarms.md`.',
].join(' ');

function machineArn(value: string, workflows: Workflows): string {
  const workflow = /^<machine:(\w+)>$/.exec(value)?.[1];
  return workflow === undefined ? value : workflows.machine(workflow as Workflow).stateMachineArn;
}

function executions(workflows: Workflows): GraphWidget {
  const metrics = (['provision', 'plan', 'resync', 'destroy'] as const).flatMap((workflow) => [
    workflows
      .machine(workflow)
      .metricSucceeded({ label: `${workflow} succeeded`, period: Duration.hours(1) }),
    workflows.machine(workflow).metricFailed({ label: `${workflow} failed`, period: Duration.hours(1) }),
  ]);
  return new GraphWidget({ title: 'Executions', left: metrics, width: 12 });
}

function builds(): GraphWidget {
  const left = buildProjects.map(
    (project) =>
      new Metric({
        namespace: 'AWS/CodeBuild',
        metricName: 'Duration',
        dimensionsMap: { ProjectName: buildProjectName(project) },
        statistic: 'Maximum',
        period: Duration.hours(1),
        label: project,
      }),
  );
  return new GraphWidget({ title: 'Builds: duration (s)', left, width: 12 });
}

/** A series for each deployment that there is. */
function perDeployment(name: string, statistic: string): MathExpression {
  return new MathExpression({
    expression: `SEARCH('{${metricsNamespace},Deployment,service} MetricName="${name}"', '${statistic}', 300)`,
    label: '',
  });
}

function logins(): GraphWidget {
  return new GraphWidget({
    title: 'Logins: duration p95 (ms), Cognito waits 5,000',
    left: [perDeployment('LoginDuration', 'p95')],
    leftAnnotations: [{ value: 5000, label: 'limit' }],
    right: [perDeployment('LoginDuration', 'SampleCount')],
    width: 12,
  });
}

function loginWork(): GraphWidget {
  return new GraphWidget({
    title: 'Logins: requests to the cluster',
    left: [perDeployment('KubernetesReads', 'Average')],
    right: [perDeployment('KubernetesWrites', 'Average')],
    width: 12,
  });
}

function functionErrors({ calledTasks }: Workflows): GraphWidget {
  const left = ['profile-manager', 'failure-recorder', 'drift-planner', 'drift-recorder', ...calledTasks].map(
    (file) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Errors',
        dimensionsMap: { FunctionName: functionName(file) },
        statistic: 'Sum',
        period: Duration.hours(1),
        label: file,
      }),
  );
  return new GraphWidget({ title: 'Errors by function; polling counts as errors here', left, width: 24 });
}
