import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  EKSClient,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** What an IAM role is in a cluster. */
export interface AccessEntry {
  principalArn: string;
  kubernetesGroups: string[];
  username: string;
  /** Value of the owner tag. */
  owner: string | undefined;
}

/** The entry of a role, or `undefined` where the cluster has none for it (or is not there). */
export async function findAccessEntry(
  clients: AwsClients,
  clusterName: string,
  principalArn: string,
): Promise<AccessEntry | undefined> {
  try {
    const { accessEntry } = await clients
      .get(EKSClient)
      .send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
    if (accessEntry === undefined) return undefined;
    return {
      principalArn,
      kubernetesGroups: accessEntry.kubernetesGroups ?? [],
      username: accessEntry.username ?? '',
      owner: accessEntry.tags?.[ownerTag],
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

export async function createAccessEntry(
  clients: AwsClients,
  clusterName: string,
  entry: { principalArn: string; kubernetesGroups: readonly string[]; username?: string | undefined },
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(EKSClient).send(
    new CreateAccessEntryCommand({
      clusterName,
      principalArn: entry.principalArn,
      kubernetesGroups: [...entry.kubernetesGroups],
      ...(entry.username === undefined ? {} : { username: entry.username }),
      tags: { ...tags },
    }),
  );
}

export async function updateAccessEntry(
  clients: AwsClients,
  clusterName: string,
  entry: { principalArn: string; kubernetesGroups: readonly string[]; username?: string | undefined },
): Promise<void> {
  await clients.get(EKSClient).send(
    new UpdateAccessEntryCommand({
      clusterName,
      principalArn: entry.principalArn,
      kubernetesGroups: [...entry.kubernetesGroups],
      ...(entry.username === undefined ? {} : { username: entry.username }),
    }),
  );
}

export async function deleteAccessEntry(
  clients: AwsClients,
  clusterName: string,
  principalArn: string,
): Promise<void> {
  await clients.get(EKSClient).send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
}
