import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { detailTypes } from '../core/naming';
import { eventState, jsonata, type WorkflowResources } from './states';
import { chainOf } from './step-definition';
import { removalSteps } from './steps/removal';

/**
 * Takes away what provision made, in reverse, and nothing else: every task looks for our tag or companion again.
 *
 * Input: `{"deployment": name}` of a registered deployment, or the configuration of one whose provisioning never came
 * to its end. Variables: `$config`, `$deployment`, `$found`,
 * `$identity`, `$left`: what has our names and is left, and why.
 */
export function destroy(scope: Construct, resources: WorkflowResources): IChainable {
  return chainOf(scope, resources, removalSteps(resources)).next(
    eventState(scope, 'Publish event', {
      detailType: detailTypes.destroyed,
      detail: {
        deployment: jsonata('$deployment.name'),
        left: jsonata('$left'),
        refutedAssumptions: jsonata('$refuted'),
      },
      // The execution's output: what somebody may still want to look at, and why it is there.
      output: { deployment: jsonata('$deployment.name'), left: jsonata('$left') },
    }),
  );
}
