import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import {
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from '@aws-sdk/client-efs';
import { deploymentNames, ownerTag, regionTag } from '../../core/naming';
import { waitFor } from '../../local/processes/wait-for';
import { checkSharedVolumes } from '../../tasks/preflight/shared-volumes';
import { minimalConfiguration } from '../support/minimal-configuration';
import { useMoto } from '../support/moto';
import { makeNetwork, type TestNetwork } from '../support/network';

const key: string = minimalConfiguration.kms_key_arn;
const moto = useMoto({ functions: ['check-prerequisites'] });
const efs = (): EFSClient => moto.lookingClients.get(EFSClient);
const ec2 = (): EC2Client => moto.lookingClients.get(EC2Client);
let network: TestNetwork;
beforeEach(async () => {
  network = await makeNetwork(moto.lookingClients);
});

async function makeGroup(vpcId: string, rule: IpPermission): Promise<string> {
  const named = { GroupName: `g-${Math.random().toString(36)}`, Description: 'x', VpcId: vpcId };
  const { GroupId = '' } = await ec2().send(new CreateSecurityGroupCommand(named));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049, ...rule }];
  await ec2().send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return GroupId;
}
const everywhere: IpPermission = { IpRanges: [{ CidrIp: '10.0.0.0/8' }] };

/** Makes a file system with a mount target in each of these subnets. */
async function makeFileSystem(
  { vpcId, subnets }: { vpcId: string; subnets: readonly { id: string }[] },
  { encrypted = true, rule = everywhere }: { encrypted?: boolean; rule?: IpPermission } = {},
): Promise<string> {
  const { FileSystemId: id = '' } = await efs().send(
    new CreateFileSystemCommand({ CreationToken: `of ${String(Math.random())}`, Encrypted: encrypted }),
  );
  await waitFor(async () => (await stateOf(id)) === 'available', { what: 'it', intervalMs: 1 });
  const group = await makeGroup(vpcId, rule);
  for (const { id: SubnetId } of subnets)
    await efs().send(new CreateMountTargetCommand({ FileSystemId: id, SubnetId, SecurityGroups: [group] }));
  await efs().send(new DescribeMountTargetsCommand({ FileSystemId: id }));
  return id;
}
const stateOf = async (id: string): Promise<string | undefined> =>
  (await efs().send(new DescribeFileSystemsCommand({ FileSystemId: id }))).FileSystems?.[0]?.LifeCycleState;
const ofNodes = () => ({ vpcId: network.vpcId, subnets: network.subnets.private });
const check = async (settings: object | undefined, groupId?: string) =>
  checkSharedVolumes(
    moto.clients,
    {
      eks_name: 'acme',
      region: 'eu-central-1',
      kms_key_arn: key,
      ...(settings !== undefined && { shared_volumes: settings }),
    },
    {
      vpcId: network.vpcId,
      zones: network.subnets.private.map(({ az }) => az),
      ranges: network.subnets.private.map(({ cidr }) => cidr),
      groupId,
    },
  );

describe('the file system of shared volumes, before anything is made', () => {
  test('is taken where each zone of the nodes has a mount target that lets them in', async () => {
    const id = await makeFileSystem(ofNodes());
    expect(await check({ file_system_id: id })).toEqual({ findings: [], warnings: [] });
  });

  test('is not asked for where none is configured', async () => {
    expect(await check(undefined)).toEqual({ findings: [], warnings: [] });
    expect(moto.calls).toEqual([]);
  });

  test('is warned of where it is not encrypted', async () => {
    const id = await makeFileSystem(ofNodes(), { encrypted: false });
    const { findings, warnings } = await check({ file_system_id: id });
    expect(findings).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('is not encrypted at rest')]);
  });

  test('that lets groups in is taken before there is a cluster, and then by the group of its nodes', async () => {
    const nodes = await makeGroup(network.vpcId, everywhere);
    const rule = { UserIdGroupPairs: [{ GroupId: nodes }] };
    const id = await makeFileSystem(ofNodes(), { rule });
    const nothing = { findings: [], warnings: [] };
    expect(await check({ file_system_id: id })).toEqual(nothing);
    expect(await check({ file_system_id: id }, nodes)).toEqual(nothing);
    expect(await check({ file_system_id: id }, 'sg-0123456789abcdef0')).toEqual({
      findings: [],
      warnings: [expect.stringContaining("other security groups than the cluster's (sg-0123456789abcdef0)")],
    });
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'that is not there',
      () => Promise.resolve('fs-0123456789abcdef0'),
      /is not in eu-central-1\. Create it/,
    ],
    [
      'without a mount target in a zone of the nodes',
      () => makeFileSystem({ ...ofNodes(), subnets: network.subnets.private.slice(0, 1) }),
      /no available mount target in vpc-\w+ for eu-central-1b, where nodes are/,
    ],
    [
      'with its mount targets in another VPC',
      async () => {
        const { vpcId, subnets } = await makeNetwork(moto.lookingClients);
        return makeFileSystem({ vpcId, subnets: subnets.private });
      },
      /no available mount target in vpc-\w+ for eu-central-1a, eu-central-1b/,
    ],
    [
      'whose mount targets let in nobody from a subnet of the nodes',
      () =>
        makeFileSystem(ofNodes(), {
          rule: { IpRanges: [{ CidrIp: network.subnets.private[0]?.cidr ?? '' }] },
        }),
      /lets nobody from 10\.7\.\d+\.0\/24, where nodes are, in on port 2049: .* Add a rule to sg-\w+\.$/,
    ],
    [
      'whose mount targets let in another port alone',
      () => makeFileSystem(ofNodes(), { rule: { ...everywhere, FromPort: 22, ToPort: 22 } }),
      /lets nobody from/,
    ],
  ])('%s is refused', async (_, make, message) => {
    expect((await check({ file_system_id: await make() })).findings).toEqual([
      { name: 'FileSystemUnusable', message: expect.stringMatching(message) as string },
    ]);
  });
});

describe('the file system that is to be made', () => {
  const tags = (owner: string) => [
    { Key: ownerTag, Value: owner },
    { Key: regionTag, Value: 'eu-central-1' },
  ];
  const left = (owner: string, KmsKeyId = key) =>
    efs().send(
      new CreateFileSystemCommand({
        CreationToken: deploymentNames.fileSystem('acme'),
        Encrypted: true,
        KmsKeyId,
        Tags: tags(owner),
      }),
    );

  test('is none, or the one of an earlier deployment of the name', async () => {
    expect(await check({})).toEqual({ findings: [], warnings: [] });
    await left('acme');
    expect(await check({})).toEqual({ findings: [], warnings: [] });
  });

  test('cannot be one that is encrypted with another key', async () => {
    const other = key.replace('1111-2222', '9999-2222');
    await left('acme', other);
    const { findings } = await check({});
    expect(findings).toEqual([
      {
        name: 'FileSystemUnusable',
        message: expect.stringContaining(`is encrypted with ${other}`) as string,
      },
    ]);
    expect(await check({ kms_key_arn: other })).toEqual({ findings: [], warnings: [] });
  });

  test("is a conflict where it is another's", async () => {
    await left('other');
    await expect(check({})).rejects.toMatchObject({ name: 'ResourceConflict' });
  });
});
