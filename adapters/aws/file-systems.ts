import {
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DeleteFileSystemCommand,
  DeleteMountTargetCommand,
  DescribeBackupPolicyCommand,
  DescribeFileSystemPolicyCommand,
  DescribeFileSystemsCommand,
  DescribeLifecycleConfigurationCommand,
  DescribeMountTargetsCommand,
  EFSClient,
  paginateDescribeAccessPoints,
  PutBackupPolicyCommand,
  PutFileSystemPolicyCommand,
  PutLifecycleConfigurationCommand,
  TagResourceCommand,
  UpdateFileSystemCommand,
  type LifecyclePolicy,
  type ThroughputMode,
} from '@aws-sdk/client-efs';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeBefore } from './unrepeated';
import { tagList, tagsFrom } from './tag-lists';

export type { LifecyclePolicy };

type Tags = Readonly<Record<string, string>>;

/** How a file system performs. */
export interface Throughput {
  mode: ThroughputMode;
  /** In MiB/s, where the mode is `provisioned`. */
  mibps: number | undefined;
}

/** A file system that was made for a deployment. */
export interface MadeFileSystem {
  id: string;
  arn: string;
  state: string;
  keyArn: string | undefined;
  throughput: Throughput;
  tags: Tags;
  /** What EFS last measured, an hour ago or so; 6144 bytes are a file system without a file (EFS user guide, "Metering"). */
  bytes: number;
}

/** One of the addresses of a file system in a VPC. */
export interface MountTarget {
  id: string;
  subnetId: string;
  zone: string;
  vpcId: string;
  state: string;
}

/** What EFS says, or `undefined` where it answers that there is no such thing. */
async function unlessGone<T>(gone: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isAwsError(error, gone)) return undefined;
    throw error;
  }
}

/** The file system that was made with a token; EFS makes one for each in an account and region. */
export async function findMadeFileSystem(
  clients: AwsClients,
  token: string,
): Promise<MadeFileSystem | undefined> {
  const found = await unlessGone('FileSystemNotFound', async () => {
    const command = new DescribeFileSystemsCommand({ CreationToken: token });
    return (await clients.get(EFSClient).send(command)).FileSystems?.[0];
  });
  if (found === undefined) return undefined;
  return {
    id: found.FileSystemId ?? '',
    arn: found.FileSystemArn ?? '',
    state: found.LifeCycleState ?? 'unknown',
    keyArn: found.KmsKeyId,
    throughput: {
      mode: found.ThroughputMode ?? 'bursting',
      mibps: found.ThroughputMode === 'provisioned' ? found.ProvisionedThroughputInMibps : undefined,
    },
    tags: tagsFrom(found.Tags),
    bytes: found.SizeInBytes?.Value ?? 0,
  };
}

/** Makes an encrypted file system; a repetition makes none (API reference, CreateFileSystem). */
export async function createFileSystem(
  clients: AwsClients,
  wanted: { token: string; keyArn: string; throughput: Throughput; tags: Tags },
): Promise<void> {
  const { mode, mibps } = wanted.throughput;
  await unlessMadeBefore('FileSystemAlreadyExists', () =>
    clients.get(EFSClient).send(
      new CreateFileSystemCommand({
        CreationToken: wanted.token,
        Encrypted: true,
        KmsKeyId: wanted.keyArn,
        PerformanceMode: 'generalPurpose',
        ThroughputMode: mode,
        ...(mibps !== undefined && { ProvisionedThroughputInMibps: mibps }),
        Tags: tagList(wanted.tags),
      }),
    ),
  );
}

/** Deletes a file system with all that is in it. EFS refuses one that has mount targets (`FileSystemInUse`). */
export async function deleteFileSystem(clients: AwsClients, id: string): Promise<void> {
  await unlessGone('FileSystemNotFound', () =>
    clients.get(EFSClient).send(new DeleteFileSystemCommand({ FileSystemId: id })),
  );
}

/** Gives it these tags besides those that it has. */
export async function tagFileSystem(clients: AwsClients, id: string, tags: Tags): Promise<void> {
  await clients.get(EFSClient).send(new TagResourceCommand({ ResourceId: id, Tags: tagList(tags) }));
}

/**
 * Changes how it performs. EFS does so once in 24 hours, but for more of a provisioned throughput (API reference,
 * UpdateFileSystem, `TooManyRequests`).
 *
 * @returns whether it does
 */
export async function setThroughput(
  clients: AwsClients,
  id: string,
  { mode, mibps }: Throughput,
): Promise<boolean> {
  const changed = await unlessGone('TooManyRequests', () =>
    clients.get(EFSClient).send(
      new UpdateFileSystemCommand({
        FileSystemId: id,
        ThroughputMode: mode,
        ...(mibps !== undefined && { ProvisionedThroughputInMibps: mibps }),
      }),
    ),
  );
  return changed !== undefined;
}

/** When its files move to cheaper storage. */
export async function readLifecyclePolicies(clients: AwsClients, id: string): Promise<LifecyclePolicy[]> {
  const { LifecyclePolicies: policies = [] } = await clients
    .get(EFSClient)
    .send(new DescribeLifecycleConfigurationCommand({ FileSystemId: id }));
  return policies;
}

/** Says when its files move; with none they stay where they are. */
export async function putLifecyclePolicies(
  clients: AwsClients,
  id: string,
  policies: readonly LifecyclePolicy[],
): Promise<void> {
  await clients
    .get(EFSClient)
    .send(new PutLifecycleConfigurationCommand({ FileSystemId: id, LifecyclePolicies: [...policies] }));
}

/** Whether EFS has AWS Backup back it up by itself, daily. */
export async function hasAutomaticBackups(clients: AwsClients, id: string): Promise<boolean> {
  const found = await unlessGone('PolicyNotFound', () =>
    clients.get(EFSClient).send(new DescribeBackupPolicyCommand({ FileSystemId: id })),
  );
  return ['ENABLED', 'ENABLING'].includes(found?.BackupPolicy?.Status ?? '');
}

/** Has EFS back it up by itself, or no longer. */
export async function setAutomaticBackups(clients: AwsClients, id: string, on: boolean): Promise<void> {
  const BackupPolicy = { Status: on ? ('ENABLED' as const) : ('DISABLED' as const) };
  await clients.get(EFSClient).send(new PutBackupPolicyCommand({ FileSystemId: id, BackupPolicy }));
}

/** Who may mount it, and how, as far as a policy of its own says. */
export async function readFileSystemPolicy(clients: AwsClients, id: string): Promise<unknown> {
  const found = await unlessGone('PolicyNotFound', () =>
    clients.get(EFSClient).send(new DescribeFileSystemPolicyCommand({ FileSystemId: id })),
  );
  return found?.Policy === undefined ? undefined : (JSON.parse(found.Policy) as unknown);
}

/** Gives it a policy. */
export async function putFileSystemPolicy(clients: AwsClients, id: string, policy: object): Promise<void> {
  await clients
    .get(EFSClient)
    .send(new PutFileSystemPolicyCommand({ FileSystemId: id, Policy: JSON.stringify(policy) }));
}

/** Its mount targets. */
export async function listMountTargets(clients: AwsClients, id: string): Promise<MountTarget[]> {
  // One for each zone at most (EFS quotas), so that the first page of a hundred has them all.
  const { MountTargets: found = [] } = await clients
    .get(EFSClient)
    .send(new DescribeMountTargetsCommand({ FileSystemId: id, MaxItems: 100 }));
  return found.map((target) => ({
    id: target.MountTargetId ?? '',
    subnetId: target.SubnetId ?? '',
    zone: target.AvailabilityZoneName ?? '',
    vpcId: target.VpcId ?? '',
    state: target.LifeCycleState ?? 'unknown',
  }));
}

/** Makes a mount target; a repetition makes none, since a zone has one at most (API reference, CreateMountTarget). */
export async function createMountTarget(
  clients: AwsClients,
  wanted: { fileSystemId: string; subnetId: string; securityGroupId: string },
): Promise<void> {
  await unlessMadeBefore('MountTargetConflict', () =>
    clients.get(EFSClient).send(
      new CreateMountTargetCommand({
        FileSystemId: wanted.fileSystemId,
        SubnetId: wanted.subnetId,
        SecurityGroups: [wanted.securityGroupId],
      }),
    ),
  );
}

/** Deletes a mount target with its network interface, which takes a while. */
export async function deleteMountTarget(clients: AwsClients, id: string): Promise<void> {
  await unlessGone('MountTargetNotFound', () =>
    clients.get(EFSClient).send(new DeleteMountTargetCommand({ MountTargetId: id })),
  );
}

/** How many access points it has: the driver makes one for each volume. */
export async function countAccessPoints(clients: AwsClients, id: string): Promise<number> {
  let count = 0;
  const pages = paginateDescribeAccessPoints({ client: clients.get(EFSClient) }, { FileSystemId: id });
  for await (const { AccessPoints: page = [] } of pages) count += page.length;
  return count;
}
