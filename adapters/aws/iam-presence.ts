import { GetPolicyCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** Whether the account has a role of exactly this ARN, path included. */
export async function roleExists(clients: AwsClients, arn: string): Promise<boolean> {
  const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
  try {
    const { Role: role } = await clients.get(IAMClient).send(new GetRoleCommand({ RoleName }));
    return role?.Arn === arn;
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntityException')) return false;
    throw error;
  }
}

/** The trust policy of the role of exactly this ARN; `undefined` where there is none. */
export async function readTrust(clients: AwsClients, arn: string): Promise<unknown> {
  const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
  try {
    const { Role: role } = await clients.get(IAMClient).send(new GetRoleCommand({ RoleName }));
    if (role?.Arn !== arn) return undefined;
    // IAM answers with a URL-encoded document (RFC 3986).
    return JSON.parse(decodeURIComponent(role.AssumeRolePolicyDocument ?? '{}')) as unknown;
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntityException')) return undefined;
    throw error;
  }
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
