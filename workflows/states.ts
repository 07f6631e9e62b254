import { Duration } from 'aws-cdk-lib';
import type { IProject } from 'aws-cdk-lib/aws-codebuild';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IntegrationPattern, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { CodeBuildStartBuild, EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { BuildEnvironment, DocumentOf } from '../core/handover/build-environment';
import { stackNames, type BuildProject } from '../core/naming';
import type { TaskName } from '../tasks/deployments';
import type { ArgumentsOf, Jsonata } from './task-arguments';
import {
  buildQueue,
  buildService,
  eventDelivery,
  lambdaService,
  retryProps,
  transient,
  type RetryPolicy,
} from './retry-policies';

/** What the stack lends to a workflow. */
export interface WorkflowResources {
  /** The function of a task file. */
  task(file: TaskName): IFunction;
  /** How long that function may run, in seconds. */
  taskTimeout(file: TaskName): number;
  build(project: BuildProject): IProject;
  /** How long that project's build may run and queue together, in minutes. */
  buildTimeout(project: BuildProject): number;
  /** Alias of the profile manager that Cognito calls. */
  triggerArn: string;
  /** Access entries that a cluster needs for the functions that talk to it. */
  clusterAccess: readonly { principalArn: string; kubernetesGroups: readonly string[] }[];
}

/** A JSONata expression as the value of a field. */
export function jsonata(expression: string): Jsonata {
  return `{% ${expression} %}`;
}

/** The reference to the deployment that every task takes. */
export const deployment = jsonata('$deployment');

/** What a state that calls a task says about it. */
export interface TaskStateProps<Name extends TaskName = TaskName> {
  /** The task's name, which is that of its file in `tasks/`. */
  readonly file: Name;
  /** The task's input: only what it needs. */
  readonly arguments: ArgumentsOf<Name>;
  /** What the framework of the tasks takes in plan mode. */
  readonly plan?: Readonly<Record<string, unknown>>;
  /** Variables from the task's result, each an expression without its marks; the result is `$result`. */
  readonly assign?: Readonly<Record<string, string>>;
  /** Output of the state, an expression without its marks. By default the task's result. */
  readonly output?: string;
  /** What the state waits for, if anything. */
  readonly polling?: readonly RetryPolicy[];
}

/**
 * Lets a task's log lines be found by execution and state, and tells it whether the execution was redriven. Whether the
 * context has a count before the first redrive is not documented, and an expression without a value is an error.
 */
const workflowReference = {
  execution: jsonata('$states.context.Execution.Id'),
  state: jsonata('$states.context.State.Name'),
  redrives: jsonata(
    '$exists($states.context.Execution.RedriveCount) ? $states.context.Execution.RedriveCount : null',
  ),
};

const taskResult = '$states.result.Payload';
const buildResult = '$states.result.Build';

/**
 * A state that runs a task's function. Retries, in order: the Lambda service's failures, transient errors, polling.
 * The order matters: the first retrier that names the error counts the attempt.
 *
 * @example
 * taskState(this, resources, 'Await DNS', {
 *   file: 'await-dns',
 *   arguments: { deployment, changeIds: jsonata('$changeIds') },
 *   polling: [dnsInSync],
 * });
 */
export function taskState<Name extends TaskName>(
  scope: Construct,
  resources: WorkflowResources,
  name: string,
  props: TaskStateProps<Name>,
): LambdaInvoke {
  const state = LambdaInvoke.jsonata(scope, name, {
    lambdaFunction: resources.task(props.file),
    payload: TaskInput.fromObject({ ...props.arguments, ...props.plan, workflow: workflowReference }),
    outputs: jsonata(withResult(props.output ?? '$result', taskResult)),
    ...assigned(props.assign, taskResult),
    // The function's own timeout gives the clearer error; this one holds when the service loses the invocation.
    taskTimeout: Timeout.duration(Duration.seconds(resources.taskTimeout(props.file) + 30)),
    retryOnServiceExceptions: false,
  });
  for (const policy of [lambdaService, transient, ...(props.polling ?? [])])
    state.addRetry(retryProps(policy));
  return state;
}

/** A result that is taken whole goes on without what the step has seen of assumptions, which the history keeps. */
function withResult(expression: string, result: string): string {
  if (expression === '$result' && result === taskResult)
    return `$sift(${result}, function($value, $key) { $key != "assumptions" })`;
  return expression.replaceAll(/\$result\b/g, result);
}

function assigned(
  variables: Readonly<Record<string, string>> | undefined,
  result: string,
): { assign?: Record<string, string> } {
  if (variables === undefined) return {};
  const entries = Object.entries(variables);
  return {
    assign: Object.fromEntries(
      entries.map(([variable, expression]) => [variable, jsonata(withResult(expression, result))]),
    ),
  };
}

/** What a state that runs a build says about it. */
export type BuildStateProps = {
  [Project in BuildProject]: {
    readonly project: Project;
    /**
     * The documents that the project's build is started with, each an expression without its marks. An object becomes
     * JSON. CodeBuild takes at most 4,096 characters in one.
     */
    readonly environment: Readonly<Record<DocumentOf<Project>, string>> & {
      readonly MODE?: string;
    };
    /** Variables that the build gets in plan mode besides, each an expression without its marks. */
    readonly planEnvironment?: Readonly<Partial<Record<keyof BuildEnvironment, string>>>;
    /** Variables from the build, each an expression without its marks; the build as the API shows it is `$result`. */
    readonly assign?: Readonly<Record<string, string>>;
  };
}[BuildProject];

/** A build checks at its start that this execution has the lock: a redrive may resume right there. */
const lockHolder = {
  EXECUTION_ARN: '$states.context.Execution.Id',
} as const satisfies Partial<Record<keyof BuildEnvironment, string>>;

/** A state that runs a CodeBuild project to its end. */
export function buildState(
  scope: Construct,
  resources: WorkflowResources,
  name: string,
  props: BuildStateProps,
): CodeBuildStartBuild {
  const state = CodeBuildStartBuild.jsonata(scope, name, {
    project: resources.build(props.project),
    integrationPattern: IntegrationPattern.RUN_JOB,
    environmentVariablesOverride: Object.fromEntries(
      Object.entries({ ...props.environment, ...lockHolder }).map(([variable, expression]) => [
        variable,
        { value: jsonata(`$string(${expression})`) },
      ]),
    ),
    // The result repeats the whole project with its environment; the next states need none of it.
    outputs: { build: jsonata(`${buildResult}.Arn`) },
    ...assigned(props.assign, buildResult),
    taskTimeout: Timeout.duration(Duration.minutes(resources.buildTimeout(props.project) + 5)),
  });
  for (const policy of [buildQueue, buildService]) state.addRetry(retryProps(policy));
  return state;
}

/** A state that publishes an event of ours. `detail` values may be expressions. */
export function eventState(
  scope: Construct,
  name: string,
  props: {
    detailType: string;
    detail: Readonly<Record<string, unknown>>;
    /** The state's output, values may be expressions; nothing by default. */
    output?: Readonly<Record<string, unknown>>;
  },
): EventBridgePutEvents {
  const state = EventBridgePutEvents.jsonata(scope, name, {
    entries: [
      {
        source: stackNames.eventSource,
        detailType: props.detailType,
        detail: TaskInput.fromObject({ ...props.detail }),
        eventBus: EventBus.fromEventBusName(scope, `${name} bus`, stackNames.eventBus),
      },
    ],
    outputs: props.output ?? {},
    taskTimeout: Timeout.duration(Duration.seconds(60)),
  });
  state.addRetry(retryProps(eventDelivery));
  return state;
}
