import {
  AddPermissionCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  LambdaClient,
  PutProvisionedConcurrencyConfigCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { UserError } from '../../core/errors';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeMeanwhile } from './unrepeated';

/** An alias of a function. */
export interface Alias {
  /** ARN without the alias. */
  functionArn: string;
  alias: string;
}

/** Takes the ARN of an alias apart. */
export function parseAliasArn(arn: string): Alias {
  const parts = arn.split(':');
  const [alias] = parts.splice(7);
  if (alias === undefined) throw new Error(`expected the ARN of a function's alias; found ${arn}`);
  return { functionArn: parts.join(':'), alias };
}

/** What a service may do with an alias: a statement of its policy. */
export interface InvokePermission {
  statementId: string;
  /** `cognito-idp.amazonaws.com` */
  principal: string;
  sourceArn: string;
  sourceAccount: string;
}

interface Statement {
  Sid?: string;
  Principal?: { Service?: string };
  Condition?: Record<string, Record<string, string>>;
}

/** The permissions that the policy of an alias gives to services. */
export async function readPermissions(
  clients: AwsClients,
  { functionArn, alias }: Alias,
): Promise<InvokePermission[]> {
  try {
    const { Policy } = await clients
      .get(LambdaClient)
      .send(new GetPolicyCommand({ FunctionName: functionArn, Qualifier: alias }));
    const { Statement: statements = [] } = JSON.parse(Policy ?? '{}') as { Statement?: Statement[] };
    return statements.map(({ Sid = '', Principal, Condition }) => ({
      statementId: Sid,
      principal: Principal?.Service ?? '',
      sourceArn: conditionValue(Condition, 'aws:sourcearn'),
      sourceAccount: conditionValue(Condition, 'aws:sourceaccount'),
    }));
  } catch (error) {
    // An alias without a policy, or no such alias: adding tells the two apart.
    if (isAwsError(error, 'ResourceNotFoundException')) return [];
    throw error;
  }
}

/** Lambda writes condition keys as `AWS:SourceArn`; keys of conditions know no case. */
function conditionValue(condition: Statement['Condition'], key: string): string {
  for (const operands of Object.values(condition ?? {})) {
    for (const [name, value] of Object.entries(operands)) if (name.toLowerCase() === key) return value;
  }
  return '';
}

/** @throws TransientError AwsTransient where somebody added it since it was looked for */
export async function addPermission(
  clients: AwsClients,
  { functionArn, alias }: Alias,
  permission: InvokePermission,
): Promise<void> {
  await unlessMadeMeanwhile('ResourceConflictException', () =>
    clients.get(LambdaClient).send(
      new AddPermissionCommand({
        FunctionName: functionArn,
        Qualifier: alias,
        StatementId: permission.statementId,
        Action: 'lambda:InvokeFunction',
        Principal: permission.principal,
        SourceArn: permission.sourceArn,
        SourceAccount: permission.sourceAccount,
      }),
    ),
  );
}

export async function removePermission(
  clients: AwsClients,
  { functionArn, alias }: Alias,
  statementId: string,
): Promise<void> {
  await clients
    .get(LambdaClient)
    .send(
      new RemovePermissionCommand({ FunctionName: functionArn, Qualifier: alias, StatementId: statementId }),
    );
}

/** Provisioned concurrency of an alias. */
export interface ProvisionedConcurrency {
  requested: number;
  /** `IN_PROGRESS`, `READY`, `FAILED`. */
  status: string;
  reason: string;
}

/** The setting, or `undefined` where there is none. */
export async function readConcurrency(
  clients: AwsClients,
  { functionArn, alias }: Alias,
): Promise<ProvisionedConcurrency | undefined> {
  try {
    const found = await clients
      .get(LambdaClient)
      .send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: functionArn, Qualifier: alias }));
    return {
      requested: found.RequestedProvisionedConcurrentExecutions ?? 0,
      status: found.Status ?? '',
      reason: found.StatusReason ?? '',
    };
  } catch (error) {
    if (isAwsError(error, 'ProvisionedConcurrencyConfigNotFoundException')) return undefined;
    throw error;
  }
}

/**
 * Asks for provisioned concurrency; it is allocated within minutes.
 *
 * @throws UserError QuotaExceeded where the account has not so many to give: Lambda refuses that at once
 */
export async function putConcurrency(clients: AwsClients, alias: Alias, instances: number): Promise<void> {
  try {
    await clients.get(LambdaClient).send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName: alias.functionArn,
        Qualifier: alias.alias,
        ProvisionedConcurrentExecutions: instances,
      }),
    );
  } catch (error) {
    // "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value"
    if (
      isAwsError(error, 'InvalidParameterValueException') &&
      /UnreservedConcurrentExecution/.test(error.message)
    ) {
      throw new UserError(
        'QuotaExceeded',
        `Lambda cannot keep ${instances} instances warm: ${error.message}. Lower \`lambda_profile_concurrency\`, or ask for ` +
          'a higher quota of concurrent executions, then retry.',
        { cause: error },
      );
    }
    throw error;
  }
}

export async function deleteConcurrency(clients: AwsClients, alias: Alias): Promise<void> {
  await clients.get(LambdaClient).send(
    new DeleteProvisionedConcurrencyConfigCommand({
      FunctionName: alias.functionArn,
      Qualifier: alias.alias,
    }),
  );
}
