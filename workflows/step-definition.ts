import { Chain, type IChainable, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { TaskName } from '../tasks/deployments';
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

/** What a step that a task's function does says beside the task and its arguments. */
interface TaskStepRelations extends StepRelations {
  /** The variable that the workflow makes of the output, where it leaves a branch. */
  readonly provides?: string;
}

/** A step that a task's function does: a task that there is, with arguments of its input's type. */
export type TaskStep = {
  [Name in TaskName]: TaskStateProps<Name> & TaskStepRelations;
}[TaskName];

/** A step that a build does. */
export type BuildStep = BuildStateProps & StepRelations;

/** A step as data, from which more than one workflow makes its states. */
export type StepDefinition = TaskStep | BuildStep;

/** What of the resources is in the arguments of steps. */
export type StepResources = Pick<WorkflowResources, 'triggerArn' | 'clusterAccess'>;

/** The state that does a step. */
export function stepState(
  scope: Construct,
  resources: WorkflowResources,
  step: StepDefinition,
): TaskStateBase {
  const { name } = step;
  return 'project' in step
    ? buildState(scope, resources, name, step)
    : taskState(scope, resources, name, step);
}

/** The states of the steps, one after the other. */
export function chainOf(
  scope: Construct,
  resources: WorkflowResources,
  steps: readonly StepDefinition[],
): Chain {
  return inARow(steps.map((step) => stepState(scope, resources, step)));
}

/** One after the other. */
export function inARow(parts: readonly IChainable[]): Chain {
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error('a chain has at least one state');
  return rest.reduce<Chain>((chain, part) => chain.next(part), Chain.start(first));
}
