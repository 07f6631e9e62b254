import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  type DBInstance,
} from '@aws-sdk/client-rds';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { deploymentNames, ownerTag } from '../../core/naming';
import { changesDuring } from '../support/cluster-builds';
import { appliedObject } from '../support/installed';
import { makePlan, notLeft } from '../support/plan';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';
import { differences, whatIsThere } from '../support/what-is-there';

/* A database that is made for a deployment: through the whole workflows, with the rights that the stack gives them. */

const region = useRegion(seedConfiguration);
const deployment = seedConfiguration.eks_name;
const name = deploymentNames.database(deployment);
const secretName = deploymentNames.databaseSecret(deployment);

const asked = (more: object = {}) => ({ ...region().document, database: { create: more } });
const rds = () => region().clients.get(RDSClient);
const instance = async (): Promise<DBInstance | undefined> =>
  (await rds().send(new DescribeDBInstancesCommand({}))).DBInstances?.find(
    ({ DBInstanceIdentifier: id }) => id === name,
  );
const readPassword = async (): Promise<string> => {
  const { SecretString = '{}' } = await region()
    .clients.get(SecretsManagerClient)
    .send(new GetSecretValueCommand({ SecretId: secretName }));
  return (JSON.parse(SecretString) as { password: string }).password;
};
const succeed = async (workflow: 'provision' | 'destroy', input: unknown): Promise<string> => {
  const { start, finish } = region();
  const arn = await start(workflow, input);
  const { execution, view } = await finish(arn);
  expect(view.steps.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  return JSON.stringify([execution, view]);
};
/** What of the changes is RDS', Secrets Manager's, or about security groups. */
const ofDatabase = (calls: readonly string[]): string[] =>
  calls.filter((call) => /^(?:rds|secretsmanager) |SecurityGroup/.test(call));

test('a database is made, used, left alone, changed, watched by the plan, and goes with a snapshot', async () => {
  const { clients } = region();
  const before = await whatIsThere(region());

  const { plan } = await makePlan(region(), asked());
  expect(notLeft(plan)['Create cluster']?.changes.map(({ action, what }) => `${action} ${what}`)).toEqual(
    expect.arrayContaining([
      `create the security group ${name}, which lets the cluster in on port 3306 alone`,
      expect.stringMatching(`^create the subnet group ${name} of RDS: subnet-`),
      `create the parameter group ${name} of RDS`,
      expect.stringContaining('require_secure_transport is 1'),
      `create the secret ${secretName} with the user of the database`,
      expect.stringMatching(
        /^create the database .* class db\.t4g\.medium, 50 GiB, .* protected from deletion/,
      ),
    ]),
  );

  const history = await succeed('provision', asked());
  const made = await instance();
  expect(made).toMatchObject({
    ...{ DBInstanceStatus: 'available', Engine: 'mysql', DBInstanceClass: 'db.t4g.medium' },
    ...{ StorageEncrypted: true, KmsKeyId: region().document['kms_key_arn'], StorageType: 'gp3' },
    ...{ AllocatedStorage: 50, MaxAllocatedStorage: 500, BackupRetentionPeriod: 7 },
    ...{ PubliclyAccessible: false, DeletionProtection: true, CopyTagsToSnapshot: true },
    AutoMinorVersionUpgrade: true,
    DBParameterGroups: [{ DBParameterGroupName: name, ParameterApplyStatus: 'in-sync' }],
    TagList: expect.arrayContaining([{ Key: ownerTag, Value: deployment }]) as unknown,
  });
  const { cluster } = await clients.get(EKSClient).send(new DescribeClusterCommand({ name: deployment }));
  const { SecurityGroups: [door] = [] } = await clients
    .get(EC2Client)
    .send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: [name] }] }));
  expect(made?.VpcSecurityGroups).toMatchObject([{ VpcSecurityGroupId: door?.GroupId }]);
  expect(door?.IpPermissions).toMatchObject([
    {
      ...{ IpProtocol: 'tcp', FromPort: 3306, ToPort: 3306, IpRanges: [] },
      UserIdGroupPairs: [{ GroupId: cluster?.resourcesVpcConfig?.clusterSecurityGroupId }],
    },
  ]);

  const password = await readPassword();
  expect(password).toMatch(/^[\w-]{32}$/);
  const host = made?.Endpoint?.Address ?? '';
  const controlPlane = clusterOf(region());
  const inCluster = async (...what: string[]): Promise<{ data: Record<string, string> }> =>
    appliedObject(controlPlane, '--namespace', 'kubeflow', ...what);
  expect((await inCluster('configmap', 'pipeline-install-config')).data).toMatchObject({
    ...{ dbHost: host, pipelineDb: 'kubeflow_demo_mlpipeline' },
  });
  expect((await inCluster('secret', 'kubeflow-eks-katib-database')).data).toEqual({
    username: Buffer.from('kubeflow').toString('base64'),
    password: Buffer.from(password).toString('base64'),
  });
  expect(history).not.toContain(password);

  const again = await changesDuring(region(), async () => succeed('provision', asked()));
  expect(ofDatabase(again)).toEqual([]);
  expect(notLeft((await makePlan(region(), asked())).plan)).toEqual({});

  // Somebody changes it by hand: the plan says so, and the next start takes it back.
  await rds().send(
    new ModifyDBInstanceCommand({
      ...{ DBInstanceIdentifier: name, DeletionProtection: false, PubliclyAccessible: true },
      ApplyImmediately: true,
    }),
  );
  const larger = asked({ instance_class: 'db.m7g.large', storage_gib: 100 });
  const changed = await makePlan(region(), larger);
  expect(notLeft(changed.plan)['Create cluster']?.changes.map(({ what }) => what)).toEqual([
    `the database ${name}: 100 GiB, class db.m7g.large, protected from deletion, no public address`,
  ]);
  expect(ofDatabase(await changesDuring(region(), async () => succeed('provision', larger)))).toEqual([
    'rds ModifyDBInstance',
  ]);
  expect(await instance()).toMatchObject({
    ...{ DBInstanceClass: 'db.m7g.large', AllocatedStorage: 100 },
    ...{ DeletionProtection: true, PubliclyAccessible: false },
  });

  const smaller = await makePlan(region(), asked({ storage_gib: 50 }));
  expect(JSON.stringify(smaller.plan)).toContain('RDS takes no storage back');

  const ended = await succeed('destroy', { deployment });
  expect(differences(before, await whatIsThere(region()))).toEqual([]);
  const { DBSnapshots: snapshots = [] } = await rds().send(new DescribeDBSnapshotsCommand({}));
  expect(snapshots).toMatchObject([{ DBInstanceIdentifier: name, SnapshotType: 'manual', Encrypted: true }]);
  expect(ended).toContain(snapshots[0]?.DBSnapshotIdentifier);
  const { DeletedDate } = await clients
    .get(SecretsManagerClient)
    .send(new DescribeSecretCommand({ SecretId: secretName }));
  expect(DeletedDate).toBeDefined();

  // The name is free again, but for the secret, whose password the snapshot has.
  await succeed('provision', asked({ final_snapshot: false }));
  expect(await readPassword()).toBe(password);
  await succeed('destroy', { deployment });
  expect((await rds().send(new DescribeDBSnapshotsCommand({}))).DBSnapshots).toHaveLength(1);
  expect(region().region.access.refusals()).toEqual([]);
}, 900_000);
