import { Parallel, type Chain, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { detailTypes } from '../core/naming';
import { eventState, jsonata, type WorkflowResources } from './states';
import { chainOf, inARow, stepState, type StepDefinition } from './step-definition';
import { provisionParts, type Beside } from './steps/provision';
import { releaseLock } from './steps/shared';

/**
 * From a configuration to a Kubeflow that asks for the corporate login.
 *
 * Variables: `$config` (normalised configuration), `$deployment` (name, region, account, tags), `$found` (what the
 * account already has), `$cluster`, `$identity`, `$ingress`, `$cloudFrontDomain`.
 */
export function provision(scope: Construct, resources: WorkflowResources): IChainable {
  const states = (steps: readonly StepDefinition[]): Chain => chainOf(scope, resources, steps);
  const parts = provisionParts(resources).map((part) =>
    'branches' in part ? beside(scope, part, states) : states(part),
  );
  return inARow([...parts, stepState(scope, resources, releaseLock), publishEvent(scope)]);
}

/**
 * Branches that do not need each other. Variables of a branch end with it; what the workflow needs is the branch's
 * output, the variable that its last step provides.
 */
function beside(
  scope: Construct,
  { name, branches }: Beside,
  states: (steps: readonly StepDefinition[]) => Chain,
): Parallel {
  const provided = branches.map((steps, index): [string, string] => {
    const last = steps.at(-1);
    if (last === undefined || 'project' in last || last.provides === undefined)
      throw new Error(`the last step of branch ${index.toString()} of ${name} provides no variable`);
    return [last.provides, jsonata(`$states.result[${index.toString()}]`)];
  });
  return Parallel.jsonata(scope, name, { assign: Object.fromEntries(provided), outputs: {} }).branch(
    ...branches.map(states),
  );
}

function publishEvent(scope: Construct): IChainable {
  const url = jsonata('"https://" & $config.kubeflow_domain');
  const userPoolId = jsonata('$identity.userPoolId');
  return eventState(scope, 'Publish event', {
    detailType: detailTypes.provisioned,
    detail: {
      deployment: jsonata('$deployment.name'),
      url,
      userPoolId,
      clusterArn: jsonata('$cluster.arn'),
      refutedAssumptions: jsonata('$refuted'),
    },
    // The execution's output: what the seed's Terraform printed, and where to go.
    output: {
      url,
      userPoolId,
      userPoolArn: jsonata('$identity.userPoolArn'),
      clientId: jsonata('$identity.clientId'),
      secretArn: jsonata('$identity.secretArn'),
      cognitoDomain: jsonata('$identity.cognitoDomain'),
      certificateArn: jsonata('$identity.certificateArn'),
      cluster: jsonata('$cluster'),
      loadBalancer: jsonata('$ingress.hostname'),
    },
  });
}
