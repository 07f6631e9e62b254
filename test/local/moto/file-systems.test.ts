import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessPointCommand,
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DeleteAccessPointCommand,
  DeleteFileSystemCommand,
  DeleteMountTargetCommand,
  DescribeBackupPolicyCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
  PutBackupPolicyCommand,
  PutLifecycleConfigurationCommand,
  UpdateFileSystemCommand,
  type CreateFileSystemCommandInput,
} from '@aws-sdk/client-efs';
import { ensureVirtualEnvironment } from '../../../local/moto/virtual-environment';
import { useMoto } from '../../support/moto';
import { makeNetwork } from '../../support/network';

test('a file system has as many access points as its quota allows', async () => {
  const program = [
    'import file_systems',
    'from moto.efs.models import efs_backends',
    'assert file_systems.ACCESS_POINTS_OF_A_FILE_SYSTEM == 10_000',
    'file_systems.ACCESS_POINTS_OF_A_FILE_SYSTEM = 2',
    'file_systems.apply()',
    'efs = efs_backends["123456789012"]["eu-central-1"]',
    'made = efs.create_file_system("t", None, True, None, None, None, None, False, [])',
    'for token in ("1", "2", "3"):',
    '    efs.create_access_point(token, [], made.file_system_id, {}, {})',
  ].join('\n');
  const { stderr, status } = spawnSync(await ensureVirtualEnvironment(), ['-c', program], {
    cwd: join(__dirname, '../../../local/moto'),
    env: { PYTHONDONTWRITEBYTECODE: '1' },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('A file system has 2 access points');
}, 300_000);

describe('file systems, as EFS has them and moto alone has not', () => {
  const moto = useMoto();
  const efs = (): EFSClient => moto.lookingClients.get(EFSClient);
  let made = 0;
  const create = async (more: Partial<CreateFileSystemCommandInput> = {}) =>
    efs().send(new CreateFileSystemCommand({ CreationToken: `token-${(made++).toString()}`, ...more }));
  const look = async (FileSystemId: string) =>
    (await efs().send(new DescribeFileSystemsCommand({ FileSystemId }))).FileSystems?.[0];
  /** One that is available. */
  const available = async (more: Partial<CreateFileSystemCommandInput> = {}): Promise<string> => {
    const { FileSystemId: id = '' } = await create(more);
    await look(id);
    await look(id);
    return id;
  };
  const targets = async (FileSystemId: string) =>
    (await efs().send(new DescribeMountTargetsCommand({ FileSystemId }))).MountTargets ?? [];

  test('have mount targets that hold their security group in EC2', async () => {
    const { vpcId, subnets } = await makeNetwork(moto.lookingClients);
    const ec2 = moto.lookingClients.get(EC2Client);
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'mounts', Description: 'x', VpcId: vpcId }),
    );
    const FileSystemId = await available();
    const { MountTargetId } = await efs().send(
      new CreateMountTargetCommand({
        FileSystemId,
        SubnetId: subnets.private[0]?.id,
        SecurityGroups: [GroupId],
      }),
    );
    const remove = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await expect(remove()).rejects.toMatchObject({ name: 'DependencyViolation' });
    await efs().send(new DeleteMountTargetCommand({ MountTargetId }));
    await targets(FileSystemId);
    await targets(FileSystemId);
    await remove();
  });

  test('are being made for a while, and get no mount target until they are available', async () => {
    const { subnets } = await makeNetwork(moto.lookingClients);
    const SubnetId = subnets.private[0]?.id;
    const { FileSystemId = '', LifeCycleState } = await create();
    expect(LifeCycleState).toBe('creating');
    const mount = () => efs().send(new CreateMountTargetCommand({ FileSystemId, SubnetId }));
    await expect(mount()).rejects.toMatchObject({ name: 'IncorrectFileSystemLifeCycleState' });
    expect((await look(FileSystemId))?.LifeCycleState).toBe('creating');
    expect(await look(FileSystemId)).toMatchObject({
      LifeCycleState: 'available',
      SizeInBytes: { Value: 6144 },
    });
    await mount();
    expect((await targets(FileSystemId))[0]?.LifeCycleState).toBe('creating');
    expect((await targets(FileSystemId))[0]?.LifeCycleState).toBe('available');
  });

  test('have one mount target in a zone, in one VPC, and do not go before it has gone with its network interface', async () => {
    const { subnets } = await makeNetwork(moto.lookingClients, { private: ['a', 'a', 'b'] });
    const other = await makeNetwork(moto.lookingClients);
    const [one, two] = subnets.private.map(({ id }) => id);
    const FileSystemId = await available();
    const mount = (SubnetId = '') => efs().send(new CreateMountTargetCommand({ FileSystemId, SubnetId }));
    const { MountTargetId, NetworkInterfaceId = '' } = await mount(one);
    await expect(mount(two)).rejects.toMatchObject({ name: 'MountTargetConflict' });
    await expect(mount(other.subnets.private[1]?.id)).rejects.toMatchObject({ name: 'MountTargetConflict' });
    const remove = () => efs().send(new DeleteFileSystemCommand({ FileSystemId }));
    await expect(remove()).rejects.toMatchObject({ name: 'FileSystemInUse' });
    await efs().send(new DeleteMountTargetCommand({ MountTargetId }));
    await expect(remove()).rejects.toMatchObject({ name: 'FileSystemInUse' });
    expect((await targets(FileSystemId)).map(({ LifeCycleState: state }) => state)).toEqual(['deleting']);
    await targets(FileSystemId);
    expect(await targets(FileSystemId)).toEqual([]);
    const Filters = [{ Name: 'network-interface-id', Values: [NetworkInterfaceId] }];
    const { NetworkInterfaces: interfaces } = await moto.lookingClients
      .get(EC2Client)
      .send(new DescribeNetworkInterfacesCommand({ Filters }));
    expect(interfaces).toEqual([]);
    await remove();
    await expect(look(FileSystemId)).rejects.toMatchObject({ name: 'FileSystemNotFound' });
  });

  test.each<[string, Partial<CreateFileSystemCommandInput>]>([
    ['of an unknown mode', { ThroughputMode: 'fast' as never }],
    ['that is provisioned without an amount', { ThroughputMode: 'provisioned' }],
    [
      'with an amount that is not provisioned',
      { ThroughputMode: 'elastic', ProvisionedThroughputInMibps: 8 },
    ],
    ['elastic with MaxIO', { ThroughputMode: 'elastic', PerformanceMode: 'maxIO' }],
  ])('are not made with a throughput %s', async (_, more) => {
    await expect(create(more)).rejects.toMatchObject({
      name: expect.stringMatching(/^(?:BadRequest|ValidationException)$/) as string,
    });
  });

  test('take another throughput mode, or less of one, once in 24 hours, and more at any time', async () => {
    const FileSystemId = await available({ ThroughputMode: 'elastic' });
    const update = (ThroughputMode: 'elastic' | 'bursting' | 'provisioned', mibps?: number) =>
      efs().send(
        new UpdateFileSystemCommand({
          FileSystemId,
          ThroughputMode,
          ...(mibps !== undefined && { ProvisionedThroughputInMibps: mibps }),
        }),
      );
    expect(await update('provisioned', 8)).toMatchObject({
      ThroughputMode: 'provisioned',
      ProvisionedThroughputInMibps: 8,
    });
    await update('provisioned', 16);
    for (const change of [() => update('provisioned', 8), () => update('elastic')])
      await expect(change()).rejects.toMatchObject({ name: 'TooManyRequests' });
    await expect(update('provisioned')).rejects.toMatchObject({ name: 'BadRequest' });
  });

  test('move files to Archive with elastic throughput alone, after Infrequent Access', async () => {
    const put = async (FileSystemId: string, archive: 'AFTER_30_DAYS' | 'AFTER_90_DAYS') =>
      efs().send(
        new PutLifecycleConfigurationCommand({
          FileSystemId,
          LifecyclePolicies: [{ TransitionToIA: 'AFTER_30_DAYS' }, { TransitionToArchive: archive }],
        }),
      );
    const elastic = await available({ ThroughputMode: 'elastic' });
    await put(elastic, 'AFTER_90_DAYS');
    await expect(put(elastic, 'AFTER_30_DAYS')).rejects.toMatchObject({ name: 'BadRequest' });
    await expect(put(await available(), 'AFTER_90_DAYS')).rejects.toMatchObject({ name: 'BadRequest' });
  });

  test('are backed up by themselves or not', async () => {
    const FileSystemId = await available();
    const status = async () =>
      (await efs().send(new DescribeBackupPolicyCommand({ FileSystemId }))).BackupPolicy?.Status;
    await expect(status()).rejects.toMatchObject({ name: 'PolicyNotFound' });
    await efs().send(new PutBackupPolicyCommand({ FileSystemId, BackupPolicy: { Status: 'ENABLED' } }));
    expect(await status()).toBe('ENABLED');
    await expect(
      efs().send(new PutBackupPolicyCommand({ FileSystemId, BackupPolicy: { Status: 'ON' as never } })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('have access points of different tokens, which are theirs and go once', async () => {
    const FileSystemId = await available();
    const point = (ClientToken: string, of = FileSystemId) =>
      efs().send(new CreateAccessPointCommand({ ClientToken, FileSystemId: of }));
    const { AccessPointId } = await point('pvc-1');
    await expect(point('pvc-1')).rejects.toMatchObject({ name: 'AccessPointAlreadyExists' });
    await expect(point('pvc-2', 'fs-89abcdef')).rejects.toMatchObject({ name: 'FileSystemNotFound' });
    await efs().send(new DeleteAccessPointCommand({ AccessPointId }));
    await expect(efs().send(new DeleteAccessPointCommand({ AccessPointId }))).rejects.toMatchObject({
      name: 'AccessPointNotFound',
    });
  });
});
