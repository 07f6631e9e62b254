import { CreateSecurityGroupCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBInstanceCommand,
  DeleteDBParameterGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
  RDSClient,
  type CreateDBInstanceCommandInput,
  type DeleteDBInstanceCommandInput,
  type ModifyDBInstanceCommandInput,
} from '@aws-sdk/client-rds';
import { waitFor } from '../../../local/processes/wait-for';
import { useMoto } from '../../support/moto';
import { makeNetwork, type TestNetwork } from '../../support/network';

describe('what RDS refuses and moto alone takes', () => {
  const moto = useMoto();
  const rds = () => moto.lookingClients.get(RDSClient);
  let network: TestNetwork;
  beforeEach(async () => {
    network = await makeNetwork(moto.lookingClients);
    await makeSubnets('d');
    await rds().send(
      new CreateDBParameterGroupCommand({
        ...{ DBParameterGroupName: 'd', DBParameterGroupFamily: 'mysql8.4', Description: 'x' },
      }),
    );
  });
  afterEach(async () => moto.server.setDatabaseSeconds(0));

  const makeSubnets = async (name: string, ids = network.subnets.private.map(({ id }) => id)) =>
    rds().send(
      new CreateDBSubnetGroupCommand({
        ...{ DBSubnetGroupName: name, DBSubnetGroupDescription: 'x', SubnetIds: ids },
      }),
    );
  const input: CreateDBInstanceCommandInput = {
    ...{ DBInstanceIdentifier: 'd', DBInstanceClass: 'db.t4g.medium', Engine: 'mysql', EngineVersion: '8.4' },
    ...{ AllocatedStorage: 50, MaxAllocatedStorage: 100, StorageType: 'gp3', CopyTagsToSnapshot: true },
    ...{ MasterUsername: 'kubeflow', MasterUserPassword: 'long-enough', BackupRetentionPeriod: 7 },
    ...{ DBSubnetGroupName: 'd', DBParameterGroupName: 'd', Tags: [{ Key: 'team', Value: 'ml' }] },
  };
  const create = async (more: Partial<CreateDBInstanceCommandInput> = {}) =>
    rds().send(new CreateDBInstanceCommand({ ...input, ...more }));
  const modify = async (more: Partial<ModifyDBInstanceCommandInput>) =>
    rds().send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'd', ApplyImmediately: true, ...more }));
  const remove = async (more: Partial<DeleteDBInstanceCommandInput>) =>
    rds().send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'd', ...more }));
  const look = async () =>
    (await rds().send(new DescribeDBInstancesCommand({}))).DBInstances?.find(
      ({ DBInstanceIdentifier: id }) => id === 'd',
    );
  const named = (name: string) => ({ name: expect.stringMatching(`^${name}`) as string });

  test.each<[string, Partial<CreateDBInstanceCommandInput>, string]>([
    ['a password of 42 characters', { MasterUserPassword: 'a'.repeat(42) }, 'InvalidParameterValue'],
    ['a password with a slash', { MasterUserPassword: 'long/enough' }, 'InvalidParameterValue'],
    ['a user of 17 characters', { MasterUsername: 'a'.repeat(17) }, 'InvalidParameterValue'],
    ['a version that is not offered', { EngineVersion: '8.4.1' }, 'InvalidParameterCombination'],
    ['19 GiB', { AllocatedStorage: 19 }, 'InvalidParameterCombination'],
    ['no room to grow', { MaxAllocatedStorage: 54 }, 'InvalidParameterCombination'],
    ['parameters of another version', { EngineVersion: '8.0.40' }, 'InvalidParameterCombination'],
  ])('an instance with %s', async (_, more, name) => {
    await expect(create(more)).rejects.toMatchObject(named(name));
  });

  test('a security group of another VPC', async () => {
    const other = await makeNetwork(moto.lookingClients);
    const { GroupId = '' } = await moto.lookingClients
      .get(EC2Client)
      .send(new CreateSecurityGroupCommand({ GroupName: 'x', Description: 'x', VpcId: other.vpcId }));
    await expect(create({ VpcSecurityGroupIds: [GroupId] })).rejects.toMatchObject(
      named('InvalidParameterCombination'),
    );
  });

  test('subnets of one zone, and groups of a name that is taken or that an instance has', async () => {
    const [first = { id: '' }] = network.subnets.private;
    await expect(makeSubnets('one', [first.id])).rejects.toMatchObject(
      named('DBSubnetGroupDoesNotCoverEnoughAZs'),
    );
    await expect(makeSubnets('d')).rejects.toMatchObject(named('DBSubnetGroupAlreadyExists'));
    await create();
    await expect(
      rds().send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: 'd' })),
    ).rejects.toMatchObject(named('InvalidDBSubnetGroupState'));
    await expect(
      rds().send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: 'd' })),
    ).rejects.toMatchObject(named('InvalidDBParameterGroupState'));
  });

  test.each([
    [
      { ParameterName: 'default_authentication_plugin', ApplyMethod: 'pending-reboot' },
      'InvalidParameterValue',
    ],
    [{ ParameterName: 'authentication_policy', ApplyMethod: 'immediate' }, 'InvalidParameterCombination'],
  ] as const)('%j', async (parameter, name) => {
    await expect(
      rds().send(
        new ModifyDBParameterGroupCommand({
          ...{ DBParameterGroupName: 'd', Parameters: [{ ...parameter, ParameterValue: 'x' }] },
        }),
      ),
    ).rejects.toMatchObject(named(name));
  });

  test('less storage, an earlier version, and a deletion that does not say what becomes of the data', async () => {
    await create({ EngineVersion: '8.4.6' });
    await expect(modify({ AllocatedStorage: 20 })).rejects.toMatchObject(
      named('InvalidParameterCombination'),
    );
    await expect(modify({ EngineVersion: '8.4.5' })).rejects.toMatchObject(
      named('InvalidParameterCombination'),
    );
    await expect(remove({})).rejects.toMatchObject(named('InvalidParameterCombination'));
    await expect(
      remove({ SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' }),
    ).rejects.toMatchObject(named('InvalidParameterCombination'));
  });

  test('it takes its time, in which it refuses changes and has no address, and a final snapshot has its tags', async () => {
    await moto.server.setDatabaseSeconds(0.5);
    await create();
    const young = await look();
    expect(young).toMatchObject({ DBInstanceStatus: 'creating', EngineVersion: '8.4.7' });
    expect([young?.Endpoint, young?.LatestRestorableTime]).toEqual([undefined, undefined]);
    await expect(modify({ MultiAZ: true })).rejects.toMatchObject(named('InvalidDBInstanceState'));
    await expect(remove({ FinalDBSnapshotIdentifier: 'last' })).rejects.toMatchObject(
      named('InvalidDBInstanceState'),
    );
    const available = async () => (await look())?.DBInstanceStatus === 'available';
    await waitFor(available, { what: 'the instance', timeoutMs: 10_000, intervalMs: 50 });
    await modify({ DBInstanceClass: 'db.m7g.large', DeletionProtection: false });
    expect(await look()).toMatchObject({
      ...{ DBInstanceStatus: 'available', DBInstanceClass: 'db.t4g.medium' },
      PendingModifiedValues: { DBInstanceClass: 'db.m7g.large' },
    });
    await waitFor(async () => (await look())?.DBInstanceClass === 'db.m7g.large', {
      ...{ what: 'the class', timeoutMs: 10_000, intervalMs: 50 },
    });
    await remove({ FinalDBSnapshotIdentifier: 'last' });
    expect(await look()).toMatchObject({ DBInstanceStatus: 'deleting' });
    await waitFor(async () => (await look()) === undefined, {
      ...{ what: 'the end', timeoutMs: 10_000, intervalMs: 50 },
    });
    const { DBSnapshots } = await rds().send(new DescribeDBSnapshotsCommand({}));
    expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: 'last', TagList: input.Tags }]);
  });

  test('what is made before the parameters of its group are complete lacks them', async () => {
    const status = async () => (await look())?.DBParameterGroups?.[0]?.ParameterApplyStatus;
    await moto.server.setDatabaseSeconds(0.3);
    const Parameters = [
      { ParameterName: 'require_secure_transport', ParameterValue: '1', ApplyMethod: 'immediate' as const },
    ];
    await rds().send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: 'd', Parameters }));
    await create();
    expect(await status()).toBe('pending-reboot');
    await waitFor(async () => (await look())?.DBInstanceStatus === 'available', {
      what: 'the database',
      timeoutMs: 10_000,
    });
    expect(await status()).toBe('pending-reboot');
    await remove({ SkipFinalSnapshot: true });
    await waitFor(async () => (await look()) === undefined, { what: 'its end', timeoutMs: 10_000 });
    await create();
    expect(await status()).toBe('in-sync');
  });

  test('which classes there are of a version is told', async () => {
    const { OrderableDBInstanceOptions: options = [] } = await rds().send(
      new DescribeOrderableDBInstanceOptionsCommand({ Engine: 'mysql', EngineVersion: '8.4.7' }),
    );
    expect(options).toContainEqual(
      expect.objectContaining({ DBInstanceClass: 'db.t4g.medium', MinStorageSize: 20, MultiAZCapable: true }),
    );
  });
});
