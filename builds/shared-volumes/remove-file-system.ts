import {
  countAccessPoints,
  deleteFileSystem,
  deleteMountTarget,
  findMadeFileSystem,
  listMountTargets,
  tagFileSystem,
  type MadeFileSystem,
} from '../../adapters/aws/file-systems';
import type { AwsClients } from '../../adapters/aws/clients';
import type { BuildConfiguration } from '../../core/configuration';
import { notOurs } from '../../core/handover/left';
import { deploymentNames, keptFileSystemTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import { closeGroups, deleteGroups } from '../network/admitting-group';
import type { Leave } from '../support/left-output';
import type { Say } from '../support/say';
import { settle } from '../support/settle';
import { fileSystemGroupOf } from './own-file-system';

interface RemovalOptions {
  clients: AwsClients;
  configuration: BuildConfiguration;
  say: Say;
  leave: Leave;
  /** How long mount targets are waited for, in seconds. */
  timeoutSeconds?: number;
  /** Between two looks, in milliseconds. */
  pollMs: number;
}

/** What EFS measures of a file system without a file, in bytes (EFS user guide, "Metering Amazon EFS file system objects"). */
const emptyBytes = 6144;

/** Of the deletion of mount targets, which takes a minute or two. */
const patienceSeconds = 600;

/**
 * Notes on the file system that was made for the deployment whether volumes are on it, before these are deleted with the
 * cluster: what they stored stays in its directories, and EFS measures what is there an hour later only. A destroy that is
 * repeated after its volumes have gone reads it.
 */
export async function noteVolumes({ clients, configuration, say }: RemovalOptions): Promise<void> {
  const made = await findOurs(clients, configuration);
  if (made === undefined || keptFileSystemTag in made.tags) return;
  const count = await countAccessPoints(clients, made.id);
  if (count === 0) return;
  say(`the file system ${made.id} has ${count.toString()} volumes: it will stay`);
  await tagFileSystem(clients, made.id, { [keptFileSystemTag]: 'true' });
}

/**
 * Takes the file system that was made for the deployment out of its VPC: its mount targets, and their security group, which
 * would hold that of the cluster. After the volumes, and before the cluster.
 */
export async function removeMountTargets(options: RemovalOptions): Promise<void> {
  const { clients, configuration, pollMs, timeoutSeconds = patienceSeconds } = options;
  const waiting = { deadline: Date.now() + timeoutSeconds * 1000, poll: pollMs };
  // Also without a file system, which somebody may have deleted alone.
  const groups = await closeGroups(options, fileSystemGroupOf(configuration));
  const made = await findOurs(clients, configuration);
  if (made !== undefined) await deleteMountTargets(options, made, waiting);
  await deleteGroups(options, groups, waiting);
}

async function deleteMountTargets(
  { clients, say, leave }: RemovalOptions,
  made: MadeFileSystem,
  waiting: { deadline: number; poll: number },
): Promise<void> {
  const asked = new Set<string>();
  await settle(
    async () => {
      const targets = await listMountTargets(clients, made.id);
      for (const { id, zone, state } of targets) {
        if (asked.has(id) || state === 'deleting') continue;
        asked.add(id);
        say(`deleting the mount target ${id} in ${zone}`);
        await deleteMountTarget(clients, id);
      }
      return targets.length === 0
        ? { done: undefined }
        : { waiting: `${targets.map(({ id }) => id).join(', ')} must go` };
    },
    {
      ...{ ...waiting, say },
      late: (what) => {
        leave({ what: `mount targets of the file system ${made.id}`, why: `${what}; delete them` });
      },
    },
  );
}

/**
 * Removes the file system that was made for shared volumes, where no volume was ever on it when a destroy looked and EFS measures
 * nothing in it, and says what stays. EFS itself would delete it with all that is in it.
 */
export async function removeFileSystem({
  clients,
  configuration,
  say,
  leave,
}: RemovalOptions): Promise<void> {
  const { eks_name: name, region, shared_volumes: settings } = configuration;
  if (settings?.file_system_id !== undefined)
    leave({
      what: `the file system ${settings.file_system_id} with what volumes stored on it`,
      why: 'it was there before the deployment',
    });
  const made = await findMadeFileSystem(clients, deploymentNames.fileSystem(name));
  if (made === undefined) return;
  const what = `the file system ${made.id}`;
  if (ownershipOf(made.tags, { name, region }) !== 'ours') {
    leave({ what, why: notOurs });
    return;
  }
  if (keptFileSystemTag in made.tags || made.bytes > emptyBytes) {
    leave({
      what,
      why:
        'it has what shared volumes stored, in a directory for each, which nothing here deletes; a deployment of this name finds it again. ' +
        `When nobody needs it: aws efs delete-file-system --file-system-id ${made.id}`,
    });
    return;
  }
  say(`deleting ${what}, on which no volume was`);
  await deleteFileSystem(clients, made.id);
}

async function findOurs(
  clients: AwsClients,
  { eks_name: name, region }: BuildConfiguration,
): Promise<MadeFileSystem | undefined> {
  const found = await findMadeFileSystem(clients, deploymentNames.fileSystem(name));
  return found !== undefined && ownershipOf(found.tags, { name, region }) === 'ours' ? found : undefined;
}
