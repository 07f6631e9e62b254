import type { AwsClients } from '../../adapters/aws/clients';
import { policyExists, roleExists } from '../../adapters/aws/iam-presence';
import { readConcurrencyLimit } from '../../adapters/aws/lambda-limits';
import type { TaskContext } from '../support/context';
import type { Finding } from './findings';

export interface AccountSettings {
  account_id: string;
  permissions_boundary_arn?: string | undefined;
  admin_role_arns: readonly string[];
  lambda_concurrency_enabled: boolean;
  lambda_profile_concurrency: number;
}

/** Roles, boundary and limits that the account must have. */
export async function checkAccount(context: TaskContext, settings: AccountSettings): Promise<Finding[]> {
  const { clients } = context;
  const found = await Promise.all([
    ...settings.admin_role_arns.map((arn) => checkRole(clients, arn, settings.account_id)),
    checkBoundary(clients, settings.permissions_boundary_arn),
    checkConcurrency(context, settings),
  ]);
  return found.flat();
}

/** A role of another account cannot be looked at from here. */
async function checkRole(clients: AwsClients, arn: string, account: string): Promise<Finding[]> {
  if (arn.split(':')[4] !== account || (await roleExists(clients, arn))) return [];
  return [
    {
      name: 'IamResourceMissing',
      message: `there is no role ${arn}, path included; EKS gives no access to a role that is not there. Create it, or correct \`admin_role_arns\`.`,
    },
  ];
}

async function checkBoundary(clients: AwsClients, arn: string | undefined): Promise<Finding[]> {
  if (arn === undefined || (await policyExists(clients, arn))) return [];
  return [
    {
      name: 'IamResourceMissing',
      message: `there is no policy ${arn}, so no role could be made with it as its boundary. Create it, or correct \`permissions_boundary_arn\`.`,
    },
  ];
}

/** Lambda keeps some executions unreserved: 100, or 10 in an account with fewer (Lambda guide, "Reserved concurrency"). */
async function checkConcurrency(
  context: TaskContext,
  { lambda_concurrency_enabled: enabled, lambda_profile_concurrency: wanted }: AccountSettings,
): Promise<Finding[]> {
  if (!enabled) return [];
  const { clients } = context;
  const told = await readConcurrencyLimit(clients);
  context.observe(
    'concurrency-limit',
    told === undefined ? 'refuted' : 'verified',
    told === undefined ? 'no number' : `${told} in ${clients.region}`,
  );
  const limit = told ?? 0;
  const available = limit - (limit > 100 ? 100 : 10);
  if (wanted <= available) return [];
  return [
    {
      name: 'QuotaExceeded',
      message: `\`lambda_profile_concurrency\` is ${wanted}, and of the account's ${limit} concurrent executions in ${clients.region} ${Math.max(0, available)} can be kept warm. Lower it, set \`lambda_concurrency_enabled\` to false, or ask for a higher quota.`,
    },
  ];
}
