import { findUserPools, type UserPool } from '../../adapters/aws/cognito-user-pool';
import { notOurs, type Left } from '../../core/handover/left';
import { deploymentNames } from '../../core/naming';
import type { TaskContext } from '../support/context';
import type { Deployment } from '../support/task';

/** The user pools of a deployment, by name and tag: one as a rule, more after a create whose answer was lost. */
export async function ownUserPools(deployment: Deployment, context: TaskContext): Promise<UserPool[]> {
  return (await userPoolsNamed(deployment, context)).own;
}

/** {@link ownUserPools}, and those of the same name that are another's. */
export async function userPoolsNamed(
  deployment: Deployment,
  { clients }: TaskContext,
): Promise<{ own: UserPool[]; left: Left[] }> {
  const name = deploymentNames.userPool(deployment.name);
  const { own, foreign } = await findUserPools(clients, name, deployment.name);
  return { own, left: foreign.map(({ id }) => ({ what: `the user pool ${name} (${id})`, why: notOurs })) };
}
