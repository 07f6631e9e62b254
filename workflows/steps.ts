import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import {
  buildState,
  taskState,
  type BuildStateProps,
  type TaskStateProps,
  type WorkflowResources,
} from './states';

/** What a plan must know of a step beside what it does (docs/adr/0041). */
interface StepRelations {
  /** Name of the state. */
  readonly name: string;
  /** The steps whose results are in the arguments, beside the configuration and the deployment. */
  readonly needs?: readonly string[];
  /** The steps whose outcome it waits for or looks at, without taking anything from them. */
  readonly after?: readonly string[];
}

/** A step that a task's function does. */
export interface TaskStep extends TaskStateProps, StepRelations {
  /** The variable that the workflow makes of the output, where it leaves a branch. */
  readonly provides?: string;
}

/** A step that a build does. */
export type BuildStep = BuildStateProps & StepRelations;

/** A step as data, from which more than one workflow makes its states. */
export type Step = TaskStep | BuildStep;

/** What of the resources is in the arguments of steps. */
export type StepResources = Pick<WorkflowResources, 'triggerArn' | 'clusterAccess'>;

/** The state that does a step. */
export function stepState(scope: Construct, resources: WorkflowResources, step: Step): TaskStateBase {
  const { name } = step;
  return 'project' in step
    ? buildState(scope, resources, name, step)
    : taskState(scope, resources, name, step);
}
