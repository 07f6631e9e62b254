import { lockStates } from '../../core/naming';
import { concurrencyReady } from '../retry-policies';
import { deployment, jsonata } from '../states';
import type { Jsonata } from '../task-arguments';
import type { StepDefinition } from '../step-definition';

/** The steps that stand in more than one workflow. The lock belongs to the execution, by its ARN. */
const executionArn = jsonata('$states.context.Execution.Id');

/** From here on no other execution works on the deployment. */
export const acquireLock: StepDefinition = {
  name: lockStates.acquire,
  file: 'acquire-lock',
  arguments: {
    deployment,
    executionArn,
    stateMachine: jsonata('$states.context.StateMachine.Name'),
    startedAt: jsonata('$states.context.Execution.StartTime'),
  },
};

/** Lets the next execution for the deployment in. */
export const releaseLock: StepDefinition = {
  name: lockStates.release,
  file: 'release-lock',
  arguments: { deployment, executionArn },
  assign: { refuted: '$result.refuted' },
};

/**
 * Brings the profile manager's warm instances to the most that a registered deployment asks for.
 *
 * @param own what this deployment asks for, where that need not wait for its registration
 */
export function setConcurrency(own: { asked?: Jsonata } = {}): StepDefinition {
  return {
    name: 'Set concurrency',
    file: 'set-concurrency',
    arguments: { deployment, ...own },
    polling: [concurrencyReady],
  };
}
