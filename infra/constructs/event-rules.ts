import { Duration, Validations } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine, SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import { EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { driftPrefix } from '../../core/execution/name-execution';
import { detailTypes, stackNames, stateMachineName, type Workflow } from '../../core/naming';
import { runbookEntry } from '../../core/runbook';
import type { FunctionFile } from '../functions';
import { forThisAccount, grant } from '../iam-statements';
import { eventRoleName, queueNames, ruleNames } from '../names';
import { here } from '../../core/permissions';
import type { DeployedFunctions } from './functions';
import type { Workflows } from './workflows';

/** What {@link EventRules} connects. */
export interface EventRulesProps {
  readonly functions: DeployedFunctions;
  readonly workflows: Workflows;
  readonly topic: ITopic;
  /** How often all deployments are brought back in line. */
  readonly resyncInterval: Duration;
  /** How often every deployment is compared with what it was provisioned with; without it never. */
  readonly driftInterval?: Duration;
  /** Where the runbook can be read. */
  readonly runbookUrl?: string;
}

/** How an execution can end without success. PENDING_REDRIVE is a status too, so these are listed and not all others. */
export const unsuccessful = ['FAILED', 'TIMED_OUT', 'ABORTED'];

const watched: readonly Workflow[] = ['provision', 'resync', 'destroy'];

/** What happens by itself: resyncs, the record of failures, and warnings that people should see. */
export class EventRules extends Construct {
  /** What a target could not take, after all retries. */
  readonly queues: Readonly<Record<keyof typeof queueNames, Queue>>;

  constructor(scope: Construct, id: string, props: EventRulesProps) {
    super(scope, id);
    this.queues = {
      failureRecorder: this.deadLetters('failureRecorder'),
      resync: this.deadLetters('resync'),
      drift: this.deadLetters('drift'),
    };
    this.resyncs(props);
    this.failures(props);
    this.drift(props);
    this.warnings(props.topic, props.runbookUrl);
  }

  private deadLetters(name: keyof typeof queueNames): Queue {
    const queue = new Queue(this, `${name}-dead-letters`, {
      queueName: queueNames[name],
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue: of the targets of rules, and of the functions that they call.',
    });
    return queue;
  }

  private resyncs({ workflows, resyncInterval }: EventRulesProps): void {
    const role = new Role(this, 'start-resync', {
      roleName: eventRoleName('resync'),
      assumedBy: forThisAccount('events'),
      description: 'Rules that start a resync',
    });
    grant(role, [
      {
        actions: ['states:StartExecution'],
        resources: [here('states', `stateMachine:${stateMachineName('resync')}`)],
        why: 'Starts a resync, and no other workflow.',
      },
    ]);
    const target = (input: RuleTargetInput) =>
      new SfnStateMachine(workflows.machine('resync'), {
        input,
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: this.queues.resync,
        retryAttempts: 8,
        maxEventAge: Duration.hours(1),
      });
    new Rule(this, 'resync-schedule', {
      ruleName: ruleNames.schedule,
      description: 'Brings every deployment back in line, by and by',
      schedule: Schedule.rate(resyncInterval),
      targets: [target(RuleTargetInput.fromObject({}))],
    });
    new Rule(this, 'resync-requested', {
      ruleName: ruleNames.resyncRequested,
      description: 'A login could not be synchronised, or somebody asks',
      eventPattern: {
        source: [stackNames.eventSource],
        detailType: [detailTypes.resyncRequested],
        // The workflow's input: without a name it would mean all deployments.
        detail: { deployment: [{ exists: true }] },
      },
      targets: [
        target(
          RuleTargetInput.fromObject({
            deployment: EventField.fromPath('$.detail.deployment'),
            requested: true,
          }),
        ),
      ],
    });
  }

  private failures({ functions, workflows }: EventRulesProps): void {
    const target = this.functionTarget(functions, 'failure-recorder', 'failureRecorder');
    new Rule(this, 'execution-failed', {
      ruleName: ruleNames.failed,
      description: 'An execution ended without success: its failure is recorded and people are told',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: watched.map((workflow) => workflows.machine(workflow).stateMachineArn),
          status: unsuccessful,
        },
      },
      targets: [target],
    });
  }

  /** EventBridge's retries and Lambda's, and the queue for what neither could do. */
  private functionTarget(
    functions: DeployedFunctions,
    file: FunctionFile,
    queue: keyof typeof queueNames,
  ): LambdaFunction {
    const called = functions.function(file);
    const maxEventAge = Duration.hours(2);
    // EventBridge's own queue gets what Lambda did not accept; this one what the function could not do.
    new EventInvokeConfig(this, `${file}-retries`, {
      function: called,
      retryAttempts: 2,
      maxEventAge,
      onFailure: new SqsDestination(this.queues[queue]),
    });
    return new LambdaFunction(called, {
      deadLetterQueue: this.queues[queue],
      retryAttempts: 8,
      maxEventAge,
    });
  }

  /** Plans by a schedule, and what becomes of them; the record stays where the schedule is off, for plans under way. */
  private drift({ functions, workflows, driftInterval }: EventRulesProps): void {
    const planner = this.functionTarget(functions, 'drift-planner', 'drift');
    if (driftInterval !== undefined) {
      new Rule(this, 'drift-schedule', {
        ruleName: ruleNames.driftSchedule,
        description: 'Compares every deployment with what it was provisioned with',
        schedule: Schedule.rate(driftInterval),
        targets: [planner],
      });
    }
    new Rule(this, 'drift-looked', {
      ruleName: ruleNames.driftLooked,
      description: 'A plan of the schedule has ended: what it found is recorded, and people are told',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [workflows.machine('plan').stateMachineArn],
          name: Match.prefix(driftPrefix),
          status: ['SUCCEEDED', ...unsuccessful],
        },
      },
      targets: [this.functionTarget(functions, 'drift-recorder', 'drift')],
    });
  }

  /** What a resync found that will break later, such as a SAML certificate that is about to expire. */
  private warnings(topic: ITopic, runbookUrl?: string): void {
    new Rule(this, 'resync-warning', {
      ruleName: ruleNames.warning,
      description: 'A resync found something that an operator should look at',
      eventPattern: {
        source: [stackNames.eventSource],
        detailType: [detailTypes.resynced],
        detail: { attention: [true] },
      },
      targets: [
        new SnsTopic(topic, {
          message: RuleTargetInput.fromText(
            `The resync of ${EventField.fromPath('$.detail.deployment')} found what needs a look: ` +
              `${EventField.fromPath('$.detail.notice')}. ${runbookEntry('resync-warnings', runbookUrl)}`,
          ),
        }),
      ],
    });
  }
}
