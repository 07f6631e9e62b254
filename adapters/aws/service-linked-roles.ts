import { CreateServiceLinkedRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/**
 * Makes the role of the account by which a service acts, unless somebody has made it meanwhile: all that want it want the same
 * one, of which IAM says `InvalidInput`, "Service role name … has been taken in this account" (AWS Batch user guide, "Create
 * Amazon EC2 spot fleet roles with the AWS CLI").
 *
 * @param service `spot.amazonaws.com`
 */
export async function createServiceLinkedRole(clients: AwsClients, service: string): Promise<void> {
  try {
    await clients.get(IAMClient).send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
  } catch (error) {
    if (isAwsError(error, 'InvalidInputException') && error.message.includes('has been taken')) return;
    throw error;
  }
}
