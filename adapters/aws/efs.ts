import { DescribeFileSystemsCommand, DescribeMountTargetsCommand, EFSClient } from '@aws-sdk/client-efs';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A file system of EFS, as far as nodes depend on it. */
export interface FileSystem {
  /** `available`, or what keeps it from being used. */
  state: string;
  encrypted: boolean;
  mountTargets: { zone: string; vpcId: string; state: string; networkInterfaceId: string }[];
}

/** The file system of this id, if the region has it. */
export async function findFileSystem(clients: AwsClients, id: string): Promise<FileSystem | undefined> {
  const efs = clients.get(EFSClient);
  try {
    const { FileSystems: [found] = [] } = await efs.send(
      new DescribeFileSystemsCommand({ FileSystemId: id }),
    );
    if (found === undefined) return undefined;
    // One for each zone at most (EFS quotas), so that the first page of a hundred has them all.
    const { MountTargets: targets = [] } = await efs.send(
      new DescribeMountTargetsCommand({ FileSystemId: id, MaxItems: 100 }),
    );
    return {
      state: found.LifeCycleState ?? 'unknown',
      encrypted: found.Encrypted === true,
      mountTargets: targets.map((target) => ({
        zone: target.AvailabilityZoneName ?? '',
        vpcId: target.VpcId ?? '',
        state: target.LifeCycleState ?? 'unknown',
        networkInterfaceId: target.NetworkInterfaceId ?? '',
      })),
    };
  } catch (error) {
    if (isAwsError(error, 'FileSystemNotFound')) return undefined;
    throw error;
  }
}
