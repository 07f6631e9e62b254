import {
  Choice,
  Condition,
  Pass,
  type IChainable,
  type INextable,
  type State,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { planVerdicts } from '../core/plan';
import {
  exportedPlan,
  orNull,
  pendingOf,
  stepsAfter,
  summary,
  unknownAfter,
  unknownOf,
} from './plan-expressions';
import {
  buildState,
  deployment,
  jsonata,
  taskState,
  type BuildStateProps,
  type WorkflowResources,
} from './states';
import type { BuildStep, TaskStep } from './step-definition';
import { provisionSteps } from './steps/provision';

/** A part of the workflow that is gone through from one end to the other. */
interface Section {
  readonly start: State;
  readonly ends: readonly INextable[];
}

/**
 * What a provisioning of the configuration would create, change and leave: the steps of provision, one after the
 * other, each in plan mode (docs/adr/0041). Nothing is changed, not even the lock is taken. The output is the plan.
 *
 * Variables: those of provision, null where they would only come about by a change; `$steps` is the plan so far,
 * `$unknown` names the steps without a result.
 */
export function plan(scope: Construct, resources: WorkflowResources): IChainable {
  const sections = provisionSteps(resources).map((step, index) =>
    'project' in step
      ? buildSection(scope, resources, step)
      : taskSection(scope, resources, step, index === 0),
  );
  const conclusion = Pass.jsonata(scope, 'Conclude plan', {
    outputs: {
      deployment: jsonata('$deployment.name'),
      steps: jsonata('$steps'),
      summary: jsonata(summary(planVerdicts)),
    },
  });
  const starts = [...sections.slice(1).map(({ start }) => start), conclusion];
  sections.forEach(({ ends }, index) => {
    const next = starts[index];
    if (next !== undefined) ends.forEach((end) => end.next(next));
  });
  const [opening] = sections;
  if (opening === undefined) throw new Error('provision has no steps');
  return opening.start;
}

function taskSection(
  scope: Construct,
  resources: WorkflowResources,
  step: TaskStep,
  isFirst: boolean,
): Section {
  const { name, file, needs = [], after = [] } = step;
  const result = '$result.result';
  const variables = {
    ...step.assign,
    ...(step.provides !== undefined && { [step.provides]: step.output ?? '$result' }),
  };
  const state = taskState(scope, resources, name, {
    file,
    arguments: needs.length > 0 ? withNulls(step.arguments) : step.arguments,
    plan: {
      mode: 'plan',
      unknown: needs.length > 0 ? jsonata(unknownOf(needs)) : [],
      pending: after.length > 0 ? jsonata(pendingOf(after)) : [],
    },
    assign: {
      ...Object.fromEntries(
        Object.entries(variables).map(([variable, expression]) => [
          variable,
          orNull(expression.replaceAll(/\$result\b/g, result)),
        ]),
      ),
      steps: stepsAfter(name, isFirst ? '[]' : '$steps', '$result'),
      unknown: unknownAfter(name, isFirst ? '[]' : '$unknown', result),
    },
    output: '{}',
  });
  return { start: state, ends: [state] };
}

/** A build starts only where all that it is given is known. */
function buildSection(scope: Construct, resources: WorkflowResources, step: BuildStep): Section {
  const { name, needs = [] } = step;
  const build = buildState(scope, resources, name, {
    ...step,
    environment: { ...step.environment, ...step.planEnvironment, MODE: '"plan"' },
    assign: { steps: stepsAfter(name, '$steps', exportedPlan) },
  } as BuildStateProps);
  const skipped = Pass.jsonata(scope, `${name} follows`, {
    assign: { steps: jsonata(stepsAfter(name, '$steps', `{"changes": [], "follows": ${unknownOf(needs)}}`)) },
  });
  const choice = new Choice(scope, `Is all known for ${name}?`)
    .when(Condition.jsonata(jsonata(`$count(${unknownOf(needs)}) = 0`)), build)
    .otherwise(skipped);
  return { start: choice, ends: [build, skipped] };
}

/** The arguments with null in the place of what is missing: an expression without a value fails its state. */
function withNulls<Arguments extends object>(value: Arguments): Arguments {
  const visit = (item: unknown): unknown => {
    if (typeof item === 'string') {
      const expression = /^\{% ([\s\S]*) %\}$/.exec(item)?.[1];
      return expression === undefined || item === deployment ? item : jsonata(orNull(expression));
    }
    if (Array.isArray(item)) return item.map(visit);
    if (typeof item !== 'object' || item === null) return item;
    return withNulls(item);
  };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item)])) as Arguments;
}
