import { findMadeFileSystem, type MadeFileSystem } from '../../adapters/aws/file-systems';
import type { AwsClients } from '../../adapters/aws/clients';
import { foreignResource } from '../../adapters/aws/errors';
import type { BuildConfiguration } from '../../core/configuration';
import type { Network } from '../../core/handover/found';
import { deploymentNames, ownerTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import type { PlannedChange } from '../../core/plan';
import type { AdmittingGroup } from '../network/admitting-group';
import type { Say } from '../support/say';
import { settled } from '../cluster/settled';

/** What the file system is made with. */
export interface FileSystemOptions {
  clients: AwsClients;
  configuration: BuildConfiguration;
  found: Network;
  /** Of the cluster, whose nodes are in it; none before there is a cluster. */
  securityGroupId: string | undefined;
  say: Say;
  /** Between two looks at something under way, in milliseconds. */
  pollMs: number;
}

/** Something to do about the file system, and how. */
export interface FileSystemChange extends PlannedChange {
  make: () => Promise<void>;
}

/** The security group of its mount targets, which lets the cluster in: EFS speaks NFS 4.1 alone (user guide, "Using VPC security groups"). */
export const fileSystemGroupOf = ({
  eks_name: deployment,
}: Pick<BuildConfiguration, 'eks_name'>): AdmittingGroup => ({
  name: deploymentNames.fileSystemGroup(deployment),
  description: `NFS from the nodes of ${deployment}`,
  port: 2049,
});

/** How long EFS may take for a file system or its mount targets, of which it says minutes, in milliseconds. */
export const patienceMs = 15 * 60_000;

/**
 * The file system that was made for this deployment, if it was.
 *
 * @throws ConflictError `ResourceConflict` where somebody else has made one with its token
 */
export async function findOwnFileSystem(
  clients: AwsClients,
  { eks_name: name, region }: BuildConfiguration,
): Promise<MadeFileSystem | undefined> {
  const found = await findMadeFileSystem(clients, deploymentNames.fileSystem(name));
  if (found === undefined || ownershipOf(found.tags, { name, region }) === 'ours') return found;
  throw foreignResource(`the file system ${found.id}`, found.tags[ownerTag], name);
}

/** Waits until the file system can be changed and mounted. */
export async function availableFileSystem({
  clients,
  configuration,
  say,
  pollMs,
}: Pick<FileSystemOptions, 'clients' | 'configuration' | 'say' | 'pollMs'>): Promise<MadeFileSystem> {
  return settled({ say, pollMs, patienceMs }, 'the file system of shared volumes', async () => {
    const made = await findOwnFileSystem(clients, configuration);
    return made?.state === 'available'
      ? { done: made }
      : { waiting: `the file system ${made?.id ?? ''} is ${made?.state ?? 'not there yet'}` };
  });
}
