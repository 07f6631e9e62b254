import { z } from 'zod';
import { describeUserPool } from '../../adapters/aws/cognito-user-pool';
import { foreignResource } from '../../adapters/aws/errors';
import { parseAliasArn, readPermissions, removePermission } from '../../adapters/aws/lambda';
import { requireLock } from '../../adapters/aws/registry-lock';
import { readEnvironment } from '../../core/environment';
import { ownerTag } from '../../core/naming';
import { defineTask, deploymentSchema } from '../support/task';
import { triggerStatementId } from './trigger-statement';

/**
 * Takes back the user pool's permission to call the profile manager.
 *
 * @throws ConflictError `ResourceConflict` for another deployment's pool
 */
export const task = defineTask({
  name: 'revoke-trigger',
  input: z.object({
    deployment: deploymentSchema,
    /** Missing where a deployment failed before its pool was made. */
    userPoolArn: z.string().startsWith('arn:').nullable(),
  }),
  output: z.object({ revoked: z.boolean() }),
  lock: requireLock,
  async run({ deployment, userPoolArn }, context) {
    if (userPoolArn === null) return { revoked: false };
    const { clients } = context;
    // One that is gone takes no login with it.
    const pool = await describeUserPool(clients, userPoolArn.slice(userPoolArn.lastIndexOf('/') + 1));
    const owner = pool?.tags[ownerTag];
    if (pool !== undefined && owner !== deployment.name)
      throw foreignResource(`the user pool ${pool.id}`, owner, deployment.name);
    const alias = parseAliasArn(readEnvironment('profileManagerAliasArn', context.environment));
    const statementId = triggerStatementId(userPoolArn);
    const permissions = await readPermissions(clients, alias);
    if (!permissions.some((it) => it.statementId === statementId)) return { revoked: false };
    await context.mutate(
      { action: 'remove', what: `permission for ${userPoolArn} to call ${alias.functionArn}` },
      () => removePermission(clients, alias, statementId),
    );
    return { revoked: true };
  },
});

export const handler = task.handler;
