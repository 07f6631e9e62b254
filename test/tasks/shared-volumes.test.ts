import { CreateFileSystemCommand, CreateMountTargetCommand, EFSClient } from '@aws-sdk/client-efs';
import { checkSharedVolumes } from '../../tasks/preflight/shared-volumes';
import { useMoto } from '../support/moto';
import { makeNetwork, type TestNetwork } from '../support/network';

describe('the file system of shared volumes, before anything is made', () => {
  const moto = useMoto({ functions: ['check-prerequisites'] });
  let network: TestNetwork;
  beforeEach(async () => {
    network = await makeNetwork(moto.lookingClients);
  });

  /** Makes a file system with a mount target in each of these subnets. */
  async function makeFileSystem(subnets: readonly { id: string }[], encrypted = true): Promise<string> {
    const efs = moto.lookingClients.get(EFSClient);
    const { FileSystemId: id = '' } = await efs.send(
      new CreateFileSystemCommand({ CreationToken: `of ${String(Date.now())}`, Encrypted: encrypted }),
    );
    for (const { id: SubnetId } of subnets)
      await efs.send(new CreateMountTargetCommand({ FileSystemId: id, SubnetId }));
    return id;
  }
  const check = async (id: string | undefined) =>
    checkSharedVolumes(moto.clients, id === undefined ? undefined : { file_system_id: id }, {
      vpcId: network.vpcId,
      zones: network.subnets.private.map(({ az }) => az),
    });

  test('is taken where each zone of the nodes has a mount target', async () => {
    const id = await makeFileSystem(network.subnets.private);
    expect(await check(id)).toEqual({ findings: [], warnings: [] });
  });

  test('is not asked for where none is configured', async () => {
    expect(await check(undefined)).toEqual({ findings: [], warnings: [] });
    expect(moto.calls).toEqual([]);
  });

  test('is warned of where it is not encrypted', async () => {
    const { findings, warnings } = await check(await makeFileSystem(network.subnets.private, false));
    expect(findings).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('is not encrypted at rest')]);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'that is not there',
      () => Promise.resolve('fs-0123456789abcdef0'),
      /is not in eu-central-1\. Create it/,
    ],
    [
      'without a mount target in a zone of the nodes',
      () => makeFileSystem(network.subnets.private.slice(0, 1)),
      /no available mount target in vpc-\w+ for eu-central-1b, where nodes are/,
    ],
    [
      'with its mount targets in another VPC',
      async () => makeFileSystem((await makeNetwork(moto.lookingClients)).subnets.private),
      /no available mount target in vpc-\w+ for eu-central-1a, eu-central-1b/,
    ],
  ])('%s is refused', async (_, make, message) => {
    expect((await check(await make())).findings).toEqual([
      { name: 'FileSystemUnusable', message: expect.stringMatching(message) as string },
    ]);
  });
});
