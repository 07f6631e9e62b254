import { ListStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteClusterCommand,
  DeleteNodegroupCommand,
  DeletePodIdentityAssociationCommand,
  DescribeClusterCommand,
  ListAccessEntriesCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { DeleteOpenIDConnectProviderCommand, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { EksctlClients, Say } from './clients';
import { clusterStackName, deleteStack, nodeGroupStackName } from './stacks';

/** Deletes one node group, with its stack and the role that the stack has. */
export async function deleteNodeGroup(
  clients: EksctlClients,
  clusterName: string,
  nodegroupName: string,
  say: Say,
): Promise<void> {
  if (!(await deleteStack(clients, nodeGroupStackName(clusterName, nodegroupName))))
    await clients.eks.send(new DeleteNodegroupCommand({ clusterName, nodegroupName }));
  say(`node group ${nodegroupName} deleted`);
}

/**
 * As eksctl's `pkg/elb/cleanup.go`: the load balancers of the cluster's Services are looked for first, which takes access
 * to a cluster that works.
 *
 * @throws Error where the caller has none
 */
async function requireAccess({ eks, sts }: EksctlClients, clusterName: string): Promise<void> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  if (['CREATING', 'DELETING', 'FAILED'].includes(cluster?.status ?? '')) return;
  const { Arn: session = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const role = session.replace(':sts:', ':iam:').replace(/:assumed-role\/([^/]+)\/.*$/, ':role/$1');
  const { accessEntries = [] } = await eks.send(new ListAccessEntriesCommand({ clusterName }));
  if (!accessEntries.includes(role)) throw new Error('cannot list Kubernetes Services: Unauthorized');
}

/** Deletes the cluster and all that was made with it: node groups, their roles, pod identities' roles, the provider. */
export async function deleteCluster(
  clients: EksctlClients,
  clusterName: string,
  { force }: { force: boolean },
  say: Say,
): Promise<void> {
  const { eks, iam } = clients;
  if (!force) await requireAccess(clients, clusterName);
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
  for (const { associationId } of associations) {
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  }
  const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName }));
  for (const nodegroupName of nodegroups) await deleteNodeGroup(clients, clusterName, nodegroupName, say);
  const { StackSummaries: all = [] } = await clients.cloudFormation.send(new ListStacksCommand({}));
  const identities = [`eksctl-${clusterName}-podidentityrole-`, `eksctl-${clusterName}-addon-`];
  for (const { StackName: stack = '' } of all) {
    if (identities.some((prefix) => stack.startsWith(prefix))) await deleteStack(clients, stack);
  }
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  if (!(await deleteStack(clients, clusterStackName(clusterName))))
    await eks.send(new DeleteClusterCommand({ name: clusterName }));
  say(`cluster ${clusterName} deleted`);
  const issuer = cluster?.identity?.oidc?.issuer?.replace(/^https:\/\//, '');
  const { OpenIDConnectProviderList: providers = [] } = await iam.send(
    new ListOpenIDConnectProvidersCommand({}),
  );
  for (const { Arn: arn = '' } of providers) {
    if (issuer !== undefined && arn.toLowerCase().endsWith(issuer.toLowerCase())) {
      await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    }
  }
}
