import { GetPolicyCommand, GetRoleCommand, IAMClient, type Role } from '@aws-sdk/client-iam';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** The role of exactly this ARN: one of the same name in another account, or on another path, is another. */
export async function findRoleByArn(clients: AwsClients, arn: string): Promise<Role | undefined> {
  const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
  try {
    const { Role: role } = await clients.get(IAMClient).send(new GetRoleCommand({ RoleName }));
    return role?.Arn === arn ? role : undefined;
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntityException')) return undefined;
    throw error;
  }
}

/** Whether the account has a role of exactly this ARN, path included. */
export async function roleExists(clients: AwsClients, arn: string): Promise<boolean> {
  return (await findRoleByArn(clients, arn)) !== undefined;
}

/** The trust policy of the role of exactly this ARN; `undefined` where there is none. */
export async function readTrust(clients: AwsClients, arn: string): Promise<unknown> {
  const role = await findRoleByArn(clients, arn);
  return role && trustOf(role);
}

/** Who may assume a role. IAM answers with a URL-encoded document (RFC 3986). */
export function trustOf(role: Role | undefined): unknown {
  return JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '{}')) as unknown;
}

/** Whether there is a policy of this ARN. */
export async function policyExists(clients: AwsClients, arn: string): Promise<boolean> {
  try {
    await clients.get(IAMClient).send(new GetPolicyCommand({ PolicyArn: arn }));
    return true;
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntityException')) return false;
    throw error;
  }
}
