import { findUserPools, type UserPool } from '../../adapters/aws/cognito-user-pool';
import { deploymentNames } from '../../core/naming';
import type { TaskContext } from '../support/context';
import type { Deployment } from '../support/task';

/** The user pools of a deployment, by name and tag: one as a rule, more after a create whose answer was lost. */
export async function ownUserPools(deployment: Deployment, context: TaskContext): Promise<UserPool[]> {
  const name = deploymentNames.userPool(deployment.name);
  const { own, foreign } = await findUserPools(context.clients, name, deployment.name);
  if (foreign.length > 0) {
    context.logger.info('a user pool has our name and not our tag; it is left alone', {
      foreign: foreign.map(({ id }) => id),
    });
  }
  return own;
}
