import {
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  MountTargetConflict,
} from '@aws-sdk/client-efs';
import type { RegionClients } from './clients';

/**
 * The file system that stands for a configured one, with a mount target in each zone of these subnets; found again by its
 * creation token, which EFS takes once (EFS API reference, CreateFileSystem).
 *
 * @returns its id
 */
export async function prepareFileSystem(
  { efs }: Pick<RegionClients, 'efs'>,
  configured: string,
  subnets: readonly string[],
): Promise<string> {
  const token = `stands-for-${configured}`;
  const { FileSystems: [known] = [] } = await efs.send(
    new DescribeFileSystemsCommand({ CreationToken: token }),
  );
  const { FileSystemId: id = '' } =
    known ?? (await efs.send(new CreateFileSystemCommand({ CreationToken: token, Encrypted: true })));
  const { MountTargets: present = [] } = await efs.send(
    new DescribeMountTargetsCommand({ FileSystemId: id }),
  );
  for (const subnet of subnets.filter((one) => !present.some(({ SubnetId }) => SubnetId === one))) {
    try {
      await efs.send(new CreateMountTargetCommand({ FileSystemId: id, SubnetId: subnet }));
    } catch (error) {
      // EFS API reference, CreateMountTarget: one for a zone.
      if (!(error instanceof MountTargetConflict)) throw error;
    }
  }
  return id;
}
