import {
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  MountTargetConflict,
} from '@aws-sdk/client-efs';
import { waitFor } from '../../processes/wait-for';
import type { RegionClients } from './clients';
import { prepareGroup } from './prepare-group';

/** Port of NFS. */
const nfsPort = 2049;

/**
 * The file system that stands for a configured one, with a mount target in each zone of these subnets that lets their VPC in;
 * found again by its creation token, which EFS takes once (EFS API reference, CreateFileSystem).
 *
 * @returns its id
 */
export async function prepareFileSystem(
  clients: Pick<RegionClients, 'efs' | 'ec2'>,
  configured: string,
  network: { vpcId: string; subnets: readonly string[] },
): Promise<string> {
  const { efs } = clients;
  const token = `stands-for-${configured}`;
  const look = async () =>
    (await efs.send(new DescribeFileSystemsCommand({ CreationToken: token }))).FileSystems?.[0];
  if ((await look()) === undefined)
    await efs.send(new CreateFileSystemCommand({ CreationToken: token, Encrypted: true }));
  const { FileSystemId: id = '' } = await waitFor(
    async () => {
      const found = await look();
      return found?.LifeCycleState === 'available' ? found : undefined;
    },
    { what: `the file system that stands for ${configured}`, timeoutMs: 10_000, intervalMs: 10 },
  );
  const targets = async () =>
    (await efs.send(new DescribeMountTargetsCommand({ FileSystemId: id }))).MountTargets ?? [];
  const present = await targets();
  const group = await prepareGroup(clients, `nfs-${configured}`, nfsPort, network.vpcId);
  for (const subnet of network.subnets.filter((one) => !present.some(({ SubnetId }) => SubnetId === one))) {
    try {
      await efs.send(
        new CreateMountTargetCommand({ FileSystemId: id, SubnetId: subnet, SecurityGroups: [group] }),
      );
    } catch (error) {
      // EFS API reference, CreateMountTarget: one for a zone.
      if (!(error instanceof MountTargetConflict)) throw error;
    }
  }
  await waitFor(async () => (await targets()).every(({ LifeCycleState }) => LifeCycleState === 'available'), {
    what: 'its mount targets',
    timeoutMs: 10_000,
    intervalMs: 10,
  });
  return id;
}
