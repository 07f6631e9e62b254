import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { concurrencyReady } from './retry-policies';
import { deployment, jsonata, taskState, type WorkflowResources } from './states';

/** The states that stand in more than one workflow. The lock belongs to the execution, by its ARN. */
const executionArn = jsonata('$states.context.Execution.Id');

/** From here on no other execution works on the deployment. */
export function acquireLock(scope: Construct, resources: WorkflowResources): LambdaInvoke {
  return taskState(scope, resources, 'Acquire lock', {
    file: 'acquire-lock',
    arguments: { deployment, executionArn, stateMachine: jsonata('$states.context.StateMachine.Name') },
  });
}

/** Lets the next execution for the deployment in. */
export function releaseLock(scope: Construct, resources: WorkflowResources): LambdaInvoke {
  return taskState(scope, resources, 'Release lock', {
    file: 'release-lock',
    arguments: { deployment, executionArn },
  });
}

/** Brings the profile manager's warm instances to the most that a registered deployment asks for. */
export function setConcurrency(scope: Construct, resources: WorkflowResources): LambdaInvoke {
  return taskState(scope, resources, 'Set concurrency', {
    file: 'set-concurrency',
    arguments: { deployment },
    polling: [concurrencyReady],
  });
}
