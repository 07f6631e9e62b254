import { DeleteClusterCommand, DeleteNodegroupCommand, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import { DeleteRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import type { EksctlClients } from './clients';

/** Deletes the node groups, the cluster and the roles that were made with them. */
export async function deleteCluster(
  { eks, iam }: EksctlClients,
  clusterName: string,
  say: (text: string) => void,
): Promise<void> {
  const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName }));
  for (const nodegroupName of nodegroups) {
    await eks.send(new DeleteNodegroupCommand({ clusterName, nodegroupName }));
    say(`node group ${nodegroupName} deleted`);
  }
  await eks.send(new DeleteClusterCommand({ name: clusterName }));
  say(`cluster ${clusterName} deleted`);
  const { Roles: roles = [] } = await iam.send(new ListRolesCommand({}));
  for (const { RoleName: name = '' } of roles) {
    if (name.startsWith(`eksctl-${clusterName}-`)) await iam.send(new DeleteRoleCommand({ RoleName: name }));
  }
}
