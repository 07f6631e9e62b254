import type { AwsClients } from '../../adapters/aws/clients';
import { describeUserPool, type UserPool } from '../../adapters/aws/cognito-user-pool';
import { foreignResource } from '../../adapters/aws/errors';
import { UserError } from '../../core/errors';
import { ownerTag } from '../../core/naming';
import type { Deployment } from './task';

/**
 * Makes sure that a pool, which a step is given by its id, is that of the deployment it works for. Whoever may invoke the
 * step's function could otherwise give another deployment's pool an address to return to, or a login of his own. The
 * function's role tells our pools from others', and not one deployment's from another's.
 *
 * @returns the pool
 * @throws ConflictError `ResourceConflict` for a pool of another deployment or of nobody's
 * @throws UserError `UserPoolMissing`
 */
export async function requireOwnPool(
  clients: AwsClients,
  userPoolId: string,
  { name }: Deployment,
): Promise<UserPool> {
  const pool = await describeUserPool(clients, userPoolId);
  if (pool === undefined) {
    throw new UserError(
      'UserPoolMissing',
      `there is no user pool ${userPoolId}; it was there a moment ago. Start a new execution, which makes it.`,
    );
  }
  const owner = pool.tags[ownerTag];
  if (owner !== name) throw foreignResource(`the user pool ${userPoolId}`, owner, name);
  return pool;
}
