import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DisassociateAccessPolicyCommand,
  EKSClient,
  paginateListAccessEntries,
  paginateListAssociatedAccessPolicies,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { defined } from '../../core/defined';
import { unlessMadeMeanwhile } from './unrepeated';

/** What an IAM role is in a cluster. */
export interface AccessEntry {
  principalArn: string;
  kubernetesGroups: string[];
  username: string;
  /** `STANDARD` for people and programs, others for nodes. */
  type: string;
  /** Value of the owner tag. */
  owner: string | undefined;
  createdAt?: Date;
}

/** An entry with the access policies of EKS that are associated with it. */
export interface AccessEntryWithPolicies extends AccessEntry {
  policies: { policyArn: string; scope: string }[];
  /** Its role was re-created since: the entry lets nobody in any more. */
  isDead?: boolean;
}

/**
 * Whether an entry is dead: EKS keeps the id of the role with it, and a role that was deleted and re-created has another,
 * though its ARN is the same (EKS API reference, type AccessEntry). Such an entry works only after it was re-created.
 *
 * @param roleCreatedAt when the role was made; `undefined` where that cannot be known, as of a role in another account
 */
export function isOlderThanRole({ createdAt }: AccessEntry, roleCreatedAt: Date | undefined): boolean {
  return createdAt !== undefined && roleCreatedAt !== undefined && createdAt < roleCreatedAt;
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
      type: accessEntry.type ?? 'STANDARD',
      owner: accessEntry.tags?.[ownerTag],
      ...defined({ createdAt: accessEntry.createdAt }),
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** All entries of a cluster, no matter who made them. */
export async function listAccessEntries(
  clients: AwsClients,
  clusterName: string,
): Promise<AccessEntryWithPolicies[]> {
  const client = clients.get(EKSClient);
  const entries: AccessEntryWithPolicies[] = [];
  for await (const page of paginateListAccessEntries({ client }, { clusterName })) {
    for (const principalArn of page.accessEntries ?? []) {
      const entry = await findAccessEntry(clients, clusterName, principalArn);
      if (entry === undefined) continue;
      const policies: AccessEntryWithPolicies['policies'] = [];
      const pages = paginateListAssociatedAccessPolicies({ client }, { clusterName, principalArn });
      for await (const { associatedAccessPolicies = [] } of pages) {
        for (const { policyArn = '', accessScope } of associatedAccessPolicies)
          policies.push({ policyArn, scope: accessScope?.type ?? '' });
      }
      entries.push({ ...entry, policies });
    }
  }
  return entries;
}

/** Gives an entry one of EKS' access policies, in the whole cluster. */
export async function associateAccessPolicy(
  clients: AwsClients,
  clusterName: string,
  principalArn: string,
  policyArn: string,
): Promise<void> {
  await clients.get(EKSClient).send(
    new AssociateAccessPolicyCommand({
      clusterName,
      principalArn,
      policyArn,
      accessScope: { type: 'cluster' },
    }),
  );
}

export async function disassociateAccessPolicy(
  clients: AwsClients,
  clusterName: string,
  principalArn: string,
  policyArn: string,
): Promise<void> {
  await clients
    .get(EKSClient)
    .send(new DisassociateAccessPolicyCommand({ clusterName, principalArn, policyArn }));
}

/** @throws TransientError AwsTransient where somebody made the entry since it was looked for */
export async function createAccessEntry(
  clients: AwsClients,
  clusterName: string,
  entry: { principalArn: string; kubernetesGroups: readonly string[]; username?: string | undefined },
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await unlessMadeMeanwhile('ResourceInUseException', () =>
    clients.get(EKSClient).send(
      new CreateAccessEntryCommand({
        clusterName,
        principalArn: entry.principalArn,
        kubernetesGroups: [...entry.kubernetesGroups],
        ...defined({ username: entry.username }),
        tags: { ...tags },
      }),
    ),
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
      ...defined({ username: entry.username }),
    }),
  );
}

/** Deletes an access entry; one that is gone, as after a call whose answer was lost, is no error. */
export async function deleteAccessEntry(
  clients: AwsClients,
  clusterName: string,
  principalArn: string,
): Promise<void> {
  try {
    await clients.get(EKSClient).send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
}
