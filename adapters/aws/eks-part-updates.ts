import {
  DeleteAddonCommand,
  DescribeAddonCommand,
  DescribeUpdateCommand,
  EKSClient,
  UpdateAddonCommand,
  UpdateNodegroupVersionCommand,
} from '@aws-sdk/client-eks';
import { defined } from '../../core/defined';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A part of a cluster that EKS is bringing to something else. */
export interface StartedUpdate {
  id: string;
  part: { addonName: string } | { nodegroupName: string };
}

/**
 * Begins to bring an add-on to a version and values; without a version it keeps its own. What else is in the cluster under
 * the names of its objects is overwritten. Its pod identities stay as they are.
 */
export async function updateAddon(
  clients: AwsClients,
  clusterName: string,
  addon: { name: string; version?: string; configurationValues?: string },
): Promise<StartedUpdate> {
  const part = { addonName: addon.name };
  const { update } = await clients.get(EKSClient).send(
    new UpdateAddonCommand({
      clusterName,
      ...part,
      ...defined({ addonVersion: addon.version, configurationValues: addon.configurationValues }),
      resolveConflicts: 'OVERWRITE',
    }),
  );
  return { id: update?.id ?? '', part };
}

/** Begins to bring a managed node group to a minor version of Kubernetes, with EKS' newest image for it. */
export async function upgradeNodeGroup(
  clients: AwsClients,
  clusterName: string,
  nodegroupName: string,
  version: string,
): Promise<StartedUpdate> {
  const part = { nodegroupName };
  const { update } = await clients
    .get(EKSClient)
    .send(new UpdateNodegroupVersionCommand({ clusterName, ...part, version }));
  return { id: update?.id ?? '', part };
}

/** How far an update is: `InProgress`, `Successful`, `Failed` or `Cancelled`, with EKS' reasons. */
export async function describeUpdate(
  clients: AwsClients,
  name: string,
  { id: updateId, part }: StartedUpdate,
): Promise<{ status: string; errors: string[] }> {
  const { update } = await clients
    .get(EKSClient)
    .send(new DescribeUpdateCommand({ name, updateId, ...part }));
  return {
    status: update?.status ?? '',
    errors: (update?.errors ?? []).map(
      ({ errorCode, errorMessage }) => `${errorCode ?? ''}: ${errorMessage ?? ''}`,
    ),
  };
}

/** Begins to delete an add-on with its objects in the cluster and its pod identities; one that is gone counts as deleted. */
export async function deleteAddon(
  clients: AwsClients,
  clusterName: string,
  addonName: string,
): Promise<void> {
  try {
    await clients.get(EKSClient).send(new DeleteAddonCommand({ clusterName, addonName }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
}

/** How far the deletion of an add-on is, with EKS' reasons; `undefined` once it is gone. */
export async function describeDeletion(
  clients: AwsClients,
  clusterName: string,
  addonName: string,
): Promise<{ status: string; issues: string[] } | undefined> {
  try {
    const { addon } = await clients.get(EKSClient).send(new DescribeAddonCommand({ clusterName, addonName }));
    return {
      status: addon?.status ?? '',
      issues: (addon?.health?.issues ?? []).map(({ code, message }) => `${code ?? ''}: ${message ?? ''}`),
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
