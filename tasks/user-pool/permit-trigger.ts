import { z } from 'zod';
import { addPermission, parseAliasArn, readPermissions, removePermission } from '../../adapters/aws/lambda';
import { requireLock } from '../../adapters/aws/registry-lock';
import { readEnvironment } from '../../core/environment';
import { defineTask, deploymentSchema } from '../support/task';
import { triggerStatementId } from './trigger-statement';

/** Lets the deployment's user pool, and no other of the account or elsewhere, call the profile manager's alias. */
export const task = defineTask({
  name: 'permit-trigger',
  input: z.object({ deployment: deploymentSchema, userPoolArn: z.string().startsWith('arn:') }),
  output: z.object({ statementId: z.string() }),
  lock: requireLock,
  async run({ deployment, userPoolArn }, context) {
    const { clients } = context;
    const alias = parseAliasArn(readEnvironment('profileManagerAliasArn', context.environment));
    const wanted = {
      statementId: triggerStatementId(userPoolArn),
      principal: 'cognito-idp.amazonaws.com',
      sourceArn: userPoolArn,
      sourceAccount: deployment.accountId,
    };
    const current = (await readPermissions(clients, alias)).find(
      (it) => it.statementId === wanted.statementId,
    );
    const same =
      current?.principal === wanted.principal &&
      current.sourceArn === wanted.sourceArn &&
      current.sourceAccount === wanted.sourceAccount;
    if (same) return { statementId: wanted.statementId };
    // A statement cannot be changed, only replaced.
    if (current !== undefined) {
      await context.mutate({ action: 'remove', what: `the outdated permission ${wanted.statementId}` }, () =>
        removePermission(clients, alias, wanted.statementId),
      );
    }
    await context.mutate(
      { action: 'create', what: `permission for ${userPoolArn} to call ${alias.functionArn}` },
      () => addPermission(clients, alias, wanted),
    );
    return { statementId: wanted.statementId };
  },
});

export const handler = task.handler;
