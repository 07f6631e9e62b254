import {
  CreatePodIdentityAssociationCommand,
  EKSClient,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** The service accounts of a cluster that have a role by pod identity, without which one: a call for each hundred of them. */
export async function listPodIdentityNames(
  clients: AwsClients,
  clusterName: string,
): Promise<{ namespace: string; serviceAccount: string }[]> {
  const client = clients.get(EKSClient);
  const names: { namespace: string; serviceAccount: string }[] = [];
  for await (const { associations = [] } of paginateListPodIdentityAssociations(
    { client },
    { clusterName },
  )) {
    for (const { namespace = '', serviceAccount = '' } of associations)
      names.push({ namespace, serviceAccount });
  }
  return names;
}

/** Gives a service account a role. One that got one meanwhile keeps it. */
export async function createPodIdentity(
  clients: AwsClients,
  identity: {
    clusterName: string;
    namespace: string;
    serviceAccount: string;
    roleArn: string;
    tags: Readonly<Record<string, string>>;
  },
): Promise<void> {
  try {
    await clients
      .get(EKSClient)
      .send(new CreatePodIdentityAssociationCommand({ ...identity, tags: { ...identity.tags } }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceInUseException')) throw error;
  }
}
