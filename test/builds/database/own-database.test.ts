import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { beginDatabase, finishDatabase, planDatabase } from '../../../builds/database/database-instance';
import { closeDatabase, removeDatabase } from '../../../builds/database/remove-database';
import type { DatabaseOptions } from '../../../builds/database/own-database';
import { createSecurityGroup } from '../../../adapters/aws/security-groups';
import { locateDatabase } from '../../../builds/kubeflow/locate-database';
import type { Left } from '../../../core/handover/left';
import { secretVersionTag } from '../../../core/made-database';
import { useMoto } from '../../support/moto';
import { makeNetwork, type TestNetwork } from '../../support/network';
import { configurationWith } from '../support';

const name = 'kubeflow-eks-acme';
const secretName = 'kubeflow-eks/acme/database';

describe('a database that is made for a deployment', () => {
  const moto = useMoto();
  const rds = () => moto.lookingClients.get(RDSClient);
  const secrets = () => moto.lookingClients.get(SecretsManagerClient);
  let network: TestNetwork;
  let keyArn = '';
  let cluster = '';
  const said: string[] = [];
  const left: Left[] = [];
  beforeEach(async () => {
    said.splice(0);
    left.splice(0);
    network = await makeNetwork(moto.lookingClients);
    const { KeyMetadata } = await moto.lookingClients.get(KMSClient).send(new CreateKeyCommand({}));
    keyArn = KeyMetadata?.Arn ?? '';
    cluster = await makeClusterGroup('cluster');
  });
  afterEach(async () => moto.server.setDatabaseSeconds(0));

  const say = (line: string): void => void said.push(line);
  const configured = (create: object | null, more: object = {}) =>
    configurationWith({
      ...{ account_id: '123456789012', kms_key_arn: keyArn, ...more },
      ...(create !== null && { database: { create } }),
    });
  const options = (create: object | null = {}, more: object = {}): DatabaseOptions => ({
    clients: moto.clients,
    configuration: configured(create, more),
    found: { vpc: { id: network.vpcId, cidr: '10.0.0.0/16' }, subnets: network.subnets },
    ...{ say, pollMs: 20, patienceMs: 10_000 },
  });
  const make = async (given = options(), group = cluster): Promise<void> =>
    finishDatabase(given, group, await beginDatabase(given));
  /** The security group that EKS would make for a cluster. */
  const makeClusterGroup = async (GroupName: string): Promise<string> => {
    const { GroupId = '' } = await moto.lookingClients
      .get(EC2Client)
      .send(new CreateSecurityGroupCommand({ GroupName, Description: 'x', VpcId: network.vpcId }));
    return GroupId;
  };
  const removal = (create: object | null = {}) => ({
    ...{ clients: moto.clients, configuration: configured(create), say, pollMs: 20 },
    ...{ leave: (one: Left) => void left.push(one), patienceMs: 2_000 },
  });
  const destroy = async (create: object | null = {}): Promise<void> => {
    const given = removal(create);
    await closeDatabase(given);
    await removeDatabase(given);
  };
  const look = async () => (await rds().send(new DescribeDBInstancesCommand({}))).DBInstances?.[0];
  const groups = async () => {
    const Filters = [{ Name: 'group-name', Values: [name] }];
    const { SecurityGroups: [found] = [] } = await moto.lookingClients
      .get(EC2Client)
      .send(new DescribeSecurityGroupsCommand({ Filters }));
    return (found?.IpPermissions ?? []).flatMap(({ UserIdGroupPairs: pairs = [] }) =>
      pairs.map(({ GroupId }) => GroupId),
    );
  };
  const versionOf = async () => (await look())?.TagList?.find(({ Key }) => Key === secretVersionTag)?.Value;

  test('is asked for nothing where none is configured, and nothing is made', async () => {
    expect(await planDatabase(options(null), 'sg-1')).toEqual([]);
    await make(options(null));
    expect(moto.calls).toEqual([]);
  });

  test('is made once, waited for, and found by who installs Kubeflow', async () => {
    await moto.server.setDatabaseSeconds(0.3);
    await make();
    expect(said).toContain(`waiting: the database ${name} is creating`);
    expect(await look()).toMatchObject({
      ...{ DBInstanceStatus: 'available', EngineVersion: '8.4.7' },
      DBParameterGroups: [{ DBParameterGroupName: name, ParameterApplyStatus: 'in-sync' }],
    });
    const location = await locateDatabase(moto.clients, configured({}));
    expect(location).toEqual({
      ...{ host: (await look())?.Endpoint?.Address, port: 3306, secretArn: secretName },
    });
    moto.forgetCalls();
    await make();
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await planDatabase(options(), cluster)).toEqual([]);
  });

  test('no line and no plan has the password', async () => {
    await make();
    const { SecretString = '{}' } = await secrets().send(new GetSecretValueCommand({ SecretId: secretName }));
    const { password } = JSON.parse(SecretString) as { password: string };
    expect(password).toHaveLength(32);
    const plan = JSON.stringify(await planDatabase(options({ multi_az: true }), 'sg-2'));
    expect([...said, plan].join('\n')).not.toContain(password);
  });

  test('what was half made is gone on with: a group without its parameters, no instance', async () => {
    await rds().send(
      new CreateDBParameterGroupCommand({
        ...{ DBParameterGroupName: name, DBParameterGroupFamily: 'mysql8.4', Description: 'x' },
        Tags: [{ Key: 'kubeflow-eks:deployment', Value: 'acme' }],
      }),
    );
    await make();
    expect(await look()).toMatchObject({ DBParameterGroups: [{ DBParameterGroupName: name }] });
    expect(said).toContainEqual(
      `change the parameter group ${name} of RDS: require_secure_transport is 1, authentication_policy is *:mysql_native_password`,
    );
  });

  test('a change that meets another under way waits for it, and one of somebody for later is not waited for', async () => {
    await make();
    await rds().send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, DeletionProtection: false }));
    await moto.server.setDatabaseState(name, 'modifying');
    await moto.server.setDatabaseSeconds(0.5);
    const given = options({ instance_class: 'db.m7g.large', backup_retention_days: 14 });
    const begun = await beginDatabase(given);
    expect(begun).toEqual([]);
    const heard = (line: string): void => {
      say(line);
      if (line.endsWith('is modifying')) ended ??= moto.server.setDatabaseState(name, 'available');
    };
    let ended: Promise<void> | undefined;
    await finishDatabase({ ...given, say: heard }, cluster, begun);
    await ended;
    expect(said).toContain(`waiting: the database ${name} is modifying`);
    expect(said.at(-2)).toBe(
      `change the database ${name}: backups for 14 days, class db.m7g.large, protected from deletion`,
    );
    expect(said.at(-1)).toMatch(/^waiting: the database \S+ gets another .*DBInstanceClass/);
    expect(await look()).toMatchObject({ DBInstanceClass: 'db.m7g.large', BackupRetentionPeriod: 14 });

    await rds().send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, MultiAZ: true }));
    said.splice(0);
    await make(given);
    expect([said, (await look())?.PendingModifiedValues]).toEqual([[], { MultiAZ: true }]);
  });

  test('storage that has grown, and a version that RDS has brought, stay', async () => {
    await make();
    await rds().send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: name,
        AllocatedStorage: 200,
        ApplyImmediately: true,
      }),
    );
    moto.forgetCalls();
    await make(options({ storage_gib: 60 }));
    expect(moto.mutatingCalls()).toEqual([]);
    const pinned = await planDatabase(options({ storage_gib: 60, engine_version: '8.4.5' }), undefined);
    expect(pinned.map(({ what }) => what)).toEqual([`the database ${name}: the minor version stays`]);
  });

  test('another value of the secret becomes its password', async () => {
    await make();
    const before = await versionOf();
    const value = JSON.stringify({ username: 'kubeflow', password: 'another-password' });
    await secrets().send(new PutSecretValueCommand({ SecretId: secretName, SecretString: value }));
    await make();
    expect(said.at(-1)).toBe(`change the database ${name}: the password that its secret has`);
    expect(await versionOf()).not.toBe(before);
    moto.forgetCalls();
    await make();
    expect(moto.mutatingCalls()).toEqual([]);
    const nobody = JSON.stringify({ username: 'admin', password: 'another-password' });
    await secrets().send(new PutSecretValueCommand({ SecretId: secretName, SecretString: nobody }));
    await expect(make()).rejects.toMatchObject({
      ...{ name: 'DatabaseUnusable', message: expect.stringContaining('its user is not kubeflow') as string },
    });
  });

  test('a cluster that was made again is let in, and the former no more', async () => {
    await make();
    const again = await makeClusterGroup('again');
    await make(options(), again);
    expect(await groups()).toEqual([again]);
  });

  test.each(['failed', 'storage-full', 'incompatible-parameters'])(
    'one that is %s is told of',
    async (state) => {
      await make();
      await moto.server.setDatabaseState(name, state);
      await expect(make()).rejects.toMatchObject({
        ...{ name: 'DatabaseFailed', message: expect.stringContaining(`is ${state}`) as string },
      });
    },
  );

  const group = () => ({ name, description: 'x', vpcId: network.vpcId, tags: { a: 'b' } });
  test.each<[string, () => Promise<unknown>]>([
    ['security group', () => createSecurityGroup(moto.lookingClients, group())],
    [
      'subnet group',
      () =>
        rds().send(
          new CreateDBSubnetGroupCommand({
            ...{ DBSubnetGroupName: name, DBSubnetGroupDescription: 'x' },
            SubnetIds: network.subnets.private.map(({ id }) => id),
          }),
        ),
    ],
    [
      'parameter group',
      () =>
        rds().send(
          new CreateDBParameterGroupCommand({
            ...{ DBParameterGroupName: name, DBParameterGroupFamily: 'mysql8.4', Description: 'x' },
          }),
        ),
    ],
    ['secret', () => secrets().send(new CreateSecretCommand({ Name: secretName, SecretString: 'x' }))],
  ])('a %s of the name that is another’s is left alone', async (_, other) => {
    await other();
    await expect(make()).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(await look()).toBeUndefined();
  });

  test('goes with a snapshot that has its tags, while its secret can be had back', async () => {
    await moto.server.setDatabaseSeconds(0.2);
    await make();
    await destroy();
    expect(await look()).toBeUndefined();
    const { DBSnapshots: [snapshot] = [] } = await rds().send(new DescribeDBSnapshotsCommand({}));
    expect(snapshot?.TagList).toContainEqual({ Key: 'kubeflow-eks:deployment', Value: 'acme' });
    expect(left).toEqual([
      {
        what: `1 snapshots of the database ${name}: ${snapshot?.DBSnapshotIdentifier ?? ''}`,
        why: expect.stringContaining(
          `the secret ${secretName}, which Secrets Manager deletes in 30 days`,
        ) as string,
      },
    ]);
    moto.forgetCalls();
    await destroy();
    expect(moto.calls.map(({ operation }) => operation)).toEqual([
      'DescribeSecurityGroups',
      'DescribeSecurityGroups',
    ]);
  });

  test('goes though the configuration has none any more; without a snapshot where none is wanted', async () => {
    await make();
    await destroy(null);
    expect((await rds().send(new DescribeDBSnapshotsCommand({}))).DBSnapshots).toHaveLength(1);
    await make();
    await destroy({ final_snapshot: false });
    expect(await look()).toBeUndefined();
    expect((await rds().send(new DescribeDBSnapshotsCommand({}))).DBSnapshots).toHaveLength(1);
  });

  test('one that is broken stays where something may be in it, and goes where nothing ever was', async () => {
    await make();
    await moto.server.setDatabaseState(name, 'incompatible-network');
    await destroy();
    expect(left).toMatchObject([
      { why: expect.stringContaining('in which RDS makes no snapshot of it') as string },
    ]);
    expect(await look()).toMatchObject({ DeletionProtection: true });
    await moto.server.setDatabaseState(name, 'failed', 'empty');
    await destroy();
    expect(await look()).toBeUndefined();
  });

  test('shuts the cluster out before it goes, whose security group would stay otherwise', async () => {
    await make();
    await closeDatabase(removal());
    const remove = new DeleteSecurityGroupCommand({ GroupId: cluster });
    await expect(moto.lookingClients.get(EC2Client).send(remove)).resolves.toBeDefined();
  });

  test('one that is being made is waited for, to be deleted', async () => {
    await moto.server.setDatabaseSeconds(0.3);
    await beginDatabase(options());
    await destroy();
    expect(await look()).toBeUndefined();
    expect((await rds().send(new DescribeDBSnapshotsCommand({}))).DBSnapshots).toHaveLength(1);
  });
});
