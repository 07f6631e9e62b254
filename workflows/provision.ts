import { Parallel, type Chain, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { detailTypes } from '../core/naming';
import { eventState, jsonata, type WorkflowResources } from './states';
import { chainOf, type StepDefinition } from './step-definition';
import { provisionSteps } from './steps/provision';
import { releaseLock } from './steps/shared';

/**
 * From a configuration to a Kubeflow that asks for the corporate login.
 *
 * Variables: `$config` (normalised configuration), `$deployment` (name, region, account, tags), `$found` (what the
 * account already has), `$cluster`, `$identity`, `$ingress`, `$changeIds`.
 */
export function provision(scope: Construct, resources: WorkflowResources): IChainable {
  const states = (steps: readonly StepDefinition[]): Chain => chainOf(scope, resources, steps);
  const { first, cluster, identity, rest } = provisionSteps(resources);
  return states(first)
    .next(buildFoundations(scope, states(cluster), states(identity)))
    .next(states([...rest, releaseLock]))
    .next(publishEvent(scope));
}

/**
 * The two halves that do not need each other. Variables of a branch end with it; what the workflow needs is the
 * branch's output, the variable that its last step provides.
 */
function buildFoundations(scope: Construct, cluster: Chain, identity: Chain): Parallel {
  return Parallel.jsonata(scope, 'Build foundations', {
    assign: { cluster: jsonata('$states.result[0]'), identity: jsonata('$states.result[1]') },
    outputs: {},
  })
    .branch(cluster)
    .branch(identity);
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
