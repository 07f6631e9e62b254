import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessPointCommand,
  CreateFileSystemCommand,
  DeleteAccessPointCommand,
  DeleteMountTargetCommand,
  DescribeFileSystemPolicyCommand,
  EFSClient,
  PutBackupPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-efs';
import {
  findMadeFileSystem,
  hasAutomaticBackups,
  listMountTargets,
  readLifecyclePolicies,
} from '../../../adapters/aws/file-systems';
import { findSecurityGroup, withdrawGroup } from '../../../adapters/aws/security-groups';
import { planAdmittingGroup } from '../../../builds/network/admitting-group';
import { ensureFileSystem, planFileSystem } from '../../../builds/shared-volumes/file-system';
import { fileSystemGroupOf, type FileSystemOptions } from '../../../builds/shared-volumes/own-file-system';
import {
  noteVolumes,
  removeFileSystem,
  removeMountTargets,
} from '../../../builds/shared-volumes/remove-file-system';
import type { Left } from '../../../core/handover/left';
import { deploymentNames, deploymentTags, ownerTag } from '../../../core/naming';
import { useMoto } from '../../support/moto';
import { makeNetwork, type TestNetwork } from '../../support/network';
import { configurationWith } from '../support';

const moto = useMoto('eu-central-1');
const efs = (): EFSClient => moto.lookingClients.get(EFSClient);
const token = deploymentNames.fileSystem('acme');
const groupName = deploymentNames.fileSystemGroup('acme');
let network: TestNetwork;
let nodes: string;
let said: string[];
beforeEach(async () => {
  network = await makeNetwork(moto.lookingClients, { private: ['a', 'b', 'b'], public: ['a', 'b'] });
  const { GroupId } = await moto.lookingClients
    .get(EC2Client)
    .send(new CreateSecurityGroupCommand({ GroupName: 'nodes', Description: 'x', VpcId: network.vpcId }));
  nodes = GroupId ?? '';
  said = [];
});

const options = (settings: object | undefined = {}, more: object = {}): FileSystemOptions => ({
  clients: moto.clients,
  configuration: configurationWith({ vpc_id: network.vpcId, shared_volumes: settings, ...more }),
  found: { vpc: { id: network.vpcId, cidr: '10.7.0.0/16' }, subnets: network.subnets },
  securityGroupId: nodes,
  say: (text) => said.push(text),
  pollMs: 1,
});
const planned = async (settings?: object, more?: object): Promise<string[]> =>
  (await planFileSystem(options(settings, more))).map(({ action, what }) => `${action} ${what}`);
const found = async () => {
  const made = await findMadeFileSystem(moto.lookingClients, token);
  if (made === undefined) throw new Error('there is none');
  return made;
};
const mounted = async (): Promise<string[]> =>
  (await listMountTargets(moto.lookingClients, (await found()).id)).map(({ zone }) => zone).sort();

describe('the file system that is made for shared volumes', () => {
  test('is made encrypted, with a mount target in each zone that lets the cluster in, and then left as it is', async () => {
    const made = await ensureFileSystem(options());
    expect(made).toMatchObject({
      state: 'available',
      keyArn: configurationWith({}).kms_key_arn,
      throughput: { mode: 'elastic', mibps: undefined },
      tags: { [ownerTag]: 'acme', Name: token },
    });
    expect(await mounted()).toEqual(['eu-central-1a', 'eu-central-1b']);
    const group = await findSecurityGroup(moto.lookingClients, groupName, network.vpcId);
    expect(group?.admits).toEqual([{ groupId: nodes, port: 2049, ours: true }]);
    expect(await hasAutomaticBackups(moto.lookingClients, made?.id ?? '')).toBe(true);
    expect(await planned()).toEqual([]);
    moto.forgetCalls();
    await ensureFileSystem(options());
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('lets nobody mount it without TLS, nor but by an access point, nor as root', async () => {
    const { id, arn } = (await ensureFileSystem(options())) ?? { id: '', arn: '' };
    const { Policy: policy = '' } = await efs().send(
      new DescribeFileSystemPolicyCommand({ FileSystemId: id }),
    );
    expect(JSON.parse(policy)).toMatchObject({
      Statement: [
        { Effect: 'Deny', Resource: arn, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
          Condition: {
            StringLike: {
              'elasticfilesystem:AccessPointArn':
                'arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/*',
            },
          },
        },
      ],
    });
  });

  test('is planned by reads alone, before there is a cluster as well', async () => {
    const plan = (await planFileSystem({ ...options(), securityGroupId: undefined })).map(({ what }) => what);
    expect(plan).toEqual([
      'a file system of EFS for shared volumes, elastic throughput',
      "the file system of shared volumes: EFS' own daily backups",
      'the file system of shared volumes: TLS and access points alone',
      `the security group ${groupName}, which lets the cluster in on port 2049 alone`,
      expect.stringMatching(/^a mount target of the file system in eu-central-1a \(subnet-\w+\)$/) as string,
      expect.stringMatching(/^a mount target of the file system in eu-central-1b/) as string,
    ]);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('lets in a cluster that was made again, and no more the former, whose security group would stay', async () => {
    await ensureFileSystem(options());
    const { GroupId: again = '' } = await moto.lookingClients
      .get(EC2Client)
      .send(new CreateSecurityGroupCommand({ GroupName: 'again', Description: 'x', VpcId: network.vpcId }));
    const given = { ...options(), securityGroupId: again };
    expect((await planFileSystem(given)).map(({ what }) => what)).toEqual([
      `the security group ${groupName}: it lets ${again} of the cluster in`,
      `the security group ${groupName}: it lets ${nodes} in no more`,
    ]);
    await ensureFileSystem(given);
    const group = await findSecurityGroup(moto.lookingClients, groupName, network.vpcId);
    expect(group?.admits).toEqual([{ groupId: again, port: 2049, ours: true }]);
    await moto.lookingClients.get(EC2Client).send(new DeleteSecurityGroupCommand({ GroupId: nodes }));
  });

  test('keeps what somebody else has let in, also to the cluster itself', async () => {
    await ensureFileSystem(options());
    const group = await findSecurityGroup(moto.lookingClients, groupName, network.vpcId);
    await withdrawGroup(moto.lookingClients, group?.id ?? '', { groupId: nodes, port: 2049 });
    await moto.lookingClients.get(EC2Client).send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: group?.id,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049, UserIdGroupPairs: [{ GroupId: nodes }] },
        ],
      }),
    );
    expect(await planned()).toEqual([]);
  });

  test('is changed in what EFS changes, and mended', async () => {
    await ensureFileSystem(options());
    const settings = {
      throughput_mode: 'elastic',
      infrequent_access_after_days: 30,
      archive_after_days: 90,
    };
    expect(await planned(settings)).toEqual([
      'change the file system of shared volumes: when its files move',
    ]);
    await ensureFileSystem(options(settings));
    const { id } = await found();
    expect(await readLifecyclePolicies(moto.lookingClients, id)).toEqual([
      { TransitionToIA: 'AFTER_30_DAYS' },
      { TransitionToArchive: 'AFTER_90_DAYS' },
    ]);
    await efs().send(new PutBackupPolicyCommand({ FileSystemId: id, BackupPolicy: { Status: 'DISABLED' } }));
    const provisioned = { throughput_mode: 'provisioned', provisioned_mibps: 8 };
    expect(await planned(provisioned)).toEqual([
      'change the file system of shared volumes: 8 MiB/s of provisioned throughput',
      'change the file system of shared volumes: its files stay in Standard',
      "change the file system of shared volumes: EFS' own daily backups",
    ]);
    await ensureFileSystem(options(provisioned));
    expect(await planned(provisioned)).toEqual([]);
    expect((await found()).throughput).toEqual({ mode: 'provisioned', mibps: 8 });
    // Within 24 hours: EFS refuses, and it is said what to do.
    await expect(ensureFileSystem(options())).rejects.toMatchObject({
      name: 'FileSystemUnusable',
      message: expect.stringContaining('once in 24 hours') as string,
    });
  });

  test('gets another mount target for one that is being deleted, once that has gone', async () => {
    const { id } = (await ensureFileSystem(options())) ?? { id: '' };
    const [former] = await listMountTargets(moto.lookingClients, id);
    await efs().send(new DeleteMountTargetCommand({ MountTargetId: former?.id }));
    expect(await planned()).toEqual([
      expect.stringContaining(`create a mount target of the file system in ${former?.zone ?? ''}`),
    ]);
    await ensureFileSystem(options());
    expect(await mounted()).toEqual(['eu-central-1a', 'eu-central-1b']);
    const states = (await listMountTargets(moto.lookingClients, id)).map(({ state }) => state);
    expect(states).toEqual(['available', 'available']);
  });

  test('is left to the backups of the deployment where it has some', async () => {
    await ensureFileSystem(options({}, { backup: {} }));
    expect(await hasAutomaticBackups(moto.lookingClients, (await found()).id)).toBe(false);
    expect(await planned({}, { backup: {} })).toEqual([]);
    expect(await planned()).toEqual(["change the file system of shared volumes: EFS' own daily backups"]);
  });

  test.each<[string, object | undefined]>([
    ['without the setting', undefined],
    ['with an existing one', { file_system_id: 'fs-89abcdef' }],
  ])('is not asked for %s', async (_, settings) => {
    const nothing = options();
    const of = { ...nothing, configuration: configurationWith({ shared_volumes: settings }) };
    expect([await planFileSystem(of), await ensureFileSystem(of)]).toEqual([[], undefined]);
    expect(moto.calls).toEqual([]);
  });

  test.each<[string, string, string]>([
    ["another deployment's", 'ResourceConflict', 'other'],
    ['encrypted with another key', 'FileSystemUnusable', 'acme'],
  ])('that is %s is refused before anything is changed', async (_, name, owner) => {
    const tags = { ...deploymentTags(options().configuration), [ownerTag]: owner };
    await efs().send(
      new CreateFileSystemCommand({
        CreationToken: token,
        Encrypted: true,
        KmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/other',
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await expect(ensureFileSystem(options())).rejects.toMatchObject({ name });
    expect(moto.mutatingCalls()).toEqual([]);
  });
});

describe('a destroy', () => {
  const destroy = async (of = options().configuration, toTheEnd = true): Promise<Left[]> => {
    const left: Left[] = [];
    const removing = {
      clients: moto.clients,
      configuration: of,
      say: (text: string) => said.push(text),
      leave: (one: Left) => left.push(one),
      pollMs: 1,
    };
    await noteVolumes(removing);
    if (!toTheEnd) return left;
    await removeMountTargets(removing);
    await removeFileSystem(removing);
    return left;
  };
  const volume = (ClientToken: string) =>
    found().then(({ id: FileSystemId }) =>
      efs().send(new CreateAccessPointCommand({ ClientToken, FileSystemId })),
    );

  test('takes an unused file system away, with its mount targets and their security group', async () => {
    await ensureFileSystem(options());
    expect(await destroy()).toEqual([]);
    expect(await findMadeFileSystem(moto.lookingClients, token)).toBeUndefined();
    expect(await findSecurityGroup(moto.lookingClients, groupName, network.vpcId)).toBeUndefined();
    moto.forgetCalls();
    expect(await destroy()).toEqual([]);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('leaves one that had volumes, out of the VPC, also when it is repeated after these have gone', async () => {
    await ensureFileSystem(options());
    const { AccessPointId = '' } = await volume('pvc-1');
    await destroy(undefined, false);
    await efs().send(new DeleteAccessPointCommand({ AccessPointId }));
    const { id } = await found();
    expect(await destroy()).toEqual([
      { what: `the file system ${id}`, why: expect.stringContaining('a directory for each') as string },
    ]);
    expect(await mounted()).toEqual([]);
    expect(await findSecurityGroup(moto.lookingClients, groupName, network.vpcId)).toBeUndefined();
    // A deployment of the name finds it again.
    expect((await ensureFileSystem(options()))?.id).toBe(id);
    expect(await mounted()).toEqual(['eu-central-1a', 'eu-central-1b']);
  });

  test('lets the security group of the cluster go though somebody deleted the file system alone', async () => {
    const given = options();
    for (const { make } of await planAdmittingGroup(
      given,
      network.vpcId,
      fileSystemGroupOf(given.configuration),
      nodes,
    ))
      await make();
    expect(await destroy()).toEqual([]);
    await moto.lookingClients.get(EC2Client).send(new DeleteSecurityGroupCommand({ GroupId: nodes }));
    expect(await findSecurityGroup(moto.lookingClients, groupName, network.vpcId)).toBeUndefined();
  });

  test("leaves another's and an existing one alone, and names them", async () => {
    await ensureFileSystem(options());
    const { id } = await found();
    const Tags = [{ Key: ownerTag, Value: 'other' }];
    await efs().send(new TagResourceCommand({ ResourceId: id, Tags }));
    const group = await findSecurityGroup(moto.lookingClients, groupName, network.vpcId);
    await moto.lookingClients
      .get(EC2Client)
      .send(new CreateTagsCommand({ Resources: [group?.id ?? ''], Tags }));
    moto.forgetCalls();
    expect(await destroy()).toEqual([
      { what: `the security group ${groupName}`, why: expect.stringContaining('another') as string },
      { what: `the file system ${id}`, why: expect.stringContaining('another') as string },
    ]);
    expect(moto.mutatingCalls()).toEqual([]);
    const existing = configurationWith({ shared_volumes: { file_system_id: 'fs-89abcdef' } });
    expect(await destroy(existing)).toContainEqual({
      what: 'the file system fs-89abcdef with what volumes stored on it',
      why: 'it was there before the deployment',
    });
  });
});
