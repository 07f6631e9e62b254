import { Chain, Parallel, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { detailTypes } from '../core/naming';
import { clusterSteps, identitySteps } from './foundation-steps';
import {
  admissionSteps,
  conclusionSteps,
  doorSteps,
  kubeflowSteps,
  notificationSteps,
} from './provision-steps';
import { releaseLock } from './shared-steps';
import { eventState, jsonata, type WorkflowResources } from './states';
import { stepState, type Step } from './steps';

/**
 * From a configuration to a Kubeflow that asks for the corporate login.
 *
 * Variables: `$config` (normalised configuration), `$deployment` (name, region, account, tags), `$found` (what the
 * account already has), `$cluster`, `$identity`, `$ingress`, `$changeIds`.
 */
export function provision(scope: Construct, resources: WorkflowResources): IChainable {
  const states = (steps: readonly Step[]): Chain => chainOf(scope, resources, steps);
  return states([...admissionSteps, ...notificationSteps])
    .next(buildFoundations(scope, states(clusterSteps), states(identitySteps(resources))))
    .next(states([...kubeflowSteps(resources), ...doorSteps, ...conclusionSteps, releaseLock]))
    .next(publishEvent(scope));
}

function chainOf(scope: Construct, resources: WorkflowResources, steps: readonly Step[]): Chain {
  const [first, ...rest] = steps.map((step) => stepState(scope, resources, step));
  if (first === undefined) throw new Error('a chain has at least one state');
  return rest.reduce((chain, state) => chain.next(state), Chain.start(first));
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
