import { CreateRoleCommand, DeleteRoleCommand, IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import type { AwsClients } from '../../../adapters/aws/clients';
import { defined } from '../../../core/defined';
import type { StackRoles } from '../overlays/cloudformation';

/** The roles that CloudFormation makes for its stacks, in the region's IAM. */
export function stackRoles(clients: AwsClients): StackRoles {
  const iam = clients.get(IAMClient);
  return {
    async create({ roleName, assumeRolePolicyDocument, permissionsBoundary }, tags) {
      await iam.send(
        new CreateRoleCommand({
          RoleName: String(roleName),
          AssumeRolePolicyDocument: String(assumeRolePolicyDocument),
          ...defined({
            PermissionsBoundary: typeof permissionsBoundary === 'string' ? permissionsBoundary : undefined,
          }),
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    },
    async remove(RoleName) {
      try {
        await iam.send(new DeleteRoleCommand({ RoleName }));
      } catch (error) {
        if (!(error instanceof NoSuchEntityException)) throw error;
      }
    },
  };
}
