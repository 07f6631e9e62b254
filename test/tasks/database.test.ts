import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { checkDatabase } from '../../tasks/preflight/database';
import { useMoto } from '../support/moto';
import { makeNetwork, type TestNetwork } from '../support/network';

const password = 'never-in-a-report';
const good = JSON.stringify({ username: 'kubeflow', password });
const host = 'kubeflow.aaaaaaaaaa.eu-central-1.rds.amazonaws.com';

describe('the database of Pipelines and Katib, before anything is made', () => {
  const moto = useMoto({ functions: ['check-prerequisites'] });
  let network: TestNetwork;
  beforeEach(async () => {
    network = await makeNetwork(moto.lookingClients);
  });

  interface Made {
    engine?: string;
    version?: string;
    port?: number;
    encrypted?: boolean;
    backupDays?: number;
    deletionProtected?: boolean;
    /** Ranges that are let in. */
    ranges?: string[];
    /** Whether a group is let in, too. */
    byGroup?: boolean;
    of?: TestNetwork;
    secret?: string;
  }

  async function makeGroup({ of = network, ranges = ['10.0.0.0/8'], byGroup = false, port = 3306 }: Made) {
    const ec2 = moto.lookingClients.get(EC2Client);
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'database', Description: 'x', VpcId: of.vpcId }),
    );
    const rule = {
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      IpRanges: ranges.map((CidrIp) => ({ CidrIp })),
      ...(byGroup && { UserIdGroupPairs: [{ GroupId }] }),
    };
    if (ranges.length > 0 || byGroup)
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
    return GroupId;
  }

  async function make(made: Made = {}): Promise<string> {
    const { of = network, engine = 'mysql', version = '8.4.7', port = 3306 } = made;
    const rds = moto.lookingClients.get(RDSClient);
    await rds.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: 'kubeflow',
        DBSubnetGroupDescription: 'x',
        SubnetIds: of.subnets.private.map(({ id }) => id),
      }),
    );
    const common = {
      ...{ Engine: engine, EngineVersion: version, Port: port, DBSubnetGroupName: 'kubeflow' },
      ...{ MasterUsername: 'kubeflow', MasterUserPassword: 'long-enough' },
      StorageEncrypted: made.encrypted ?? true,
      BackupRetentionPeriod: made.backupDays ?? 7,
      DeletionProtection: made.deletionProtected ?? true,
      VpcSecurityGroupIds: [await makeGroup(made)],
    };
    if (engine.startsWith('aurora'))
      await rds.send(new CreateDBClusterCommand({ ...common, DBClusterIdentifier: 'kubeflow' }));
    else
      await rds.send(
        new CreateDBInstanceCommand({
          ...common,
          ...{ DBInstanceIdentifier: 'kubeflow', DBInstanceClass: 'db.m7g.large', AllocatedStorage: 100 },
        }),
      );
    return makeSecret(made.secret);
  }

  async function makeSecret(SecretString = good): Promise<string> {
    const { ARN = '' } = await moto.lookingClients
      .get(SecretsManagerClient)
      .send(new CreateSecretCommand({ Name: 'kubeflow-eks/databases/acme', SecretString }));
    return ARN;
  }

  const check = async (secret_arn: string, more: { host?: string; port?: number } = {}) => {
    const ranges = network.subnets.private.map(({ cidr }) => cidr);
    const settings = { host, port: 3306, secret_arn, data_moved: false, ...more };
    const result = await checkDatabase(moto.clients, settings, { vpcId: network.vpcId, ranges });
    expect(JSON.stringify(result)).not.toContain(password);
    return result;
  };

  test('is taken where it is a MySQL that lets the nodes in, with a secret that names its user', async () => {
    expect(await check(await make())).toEqual({ findings: [], warnings: [] });
  });

  test('may be let in by another group, of which nobody knows where it is', async () => {
    expect(await check(await make({ ranges: [], byGroup: true }))).toEqual({ findings: [], warnings: [] });
  });

  test('may be a cluster of Aurora', async () => {
    const arn = await make({ engine: 'aurora-mysql', version: '8.0.mysql_aurora.3.10.0' });
    const { findings, warnings } = await check(arn, {
      host: host.replace('aaaaaaaaaa', 'cluster-bbbbbbbbbb'),
    });
    // moto makes up the random part.
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('has the endpoint kubeflow.cluster-'),
    ]);
    expect(warnings).toEqual([]);
  });

  test('is not asked for where none is configured', async () => {
    const none = await checkDatabase(moto.clients, undefined, { vpcId: network.vpcId, ranges: [] });
    expect(none).toEqual({ findings: [], warnings: [] });
    expect(moto.calls).toEqual([]);
  });

  test('is warned of where what is stored could be read or lost', async () => {
    const { findings, warnings } = await check(
      await make({ encrypted: false, backupDays: 0, deletionProtected: false }),
    );
    expect(findings).toEqual([]);
    expect(warnings).toEqual([
      expect.stringContaining('is not encrypted at rest'),
      expect.stringContaining('has no automated backups'),
      expect.stringContaining('has no deletion protection'),
    ]);
  });

  test('is warned of where it is in another VPC', async () => {
    const { findings, warnings } = await check(await make({ of: await makeNetwork(moto.lookingClients) }));
    expect(findings).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/is in vpc-\w+, and the nodes are in vpc-\w+/)]);
  });

  const cases: [what: string, make: () => Promise<string>, settings: { port?: number }, message: RegExp][] = [
    [
      'that is not there',
      makeSecret,
      {},
      /the RDS instance kubeflow is not in eu-central-1\. See docs\/operate\/databases\.md/,
    ],
    [
      'of another engine',
      () => make({ engine: 'mariadb', version: '11.4.5' }),
      {},
      /is a mariadb; expected mysql or aurora-mysql/,
    ],
    [
      'of a version that MLMD cannot use',
      () => make({ version: '9.7.1' }),
      {},
      /runs version 9\.7\.1; expected 8\.0 or 8\.4/,
    ],
    ['on another port', () => make(), { port: 3307 }, /listens on port 3306; `database\.port` is 3307/],
    [
      'that lets nobody in',
      () => make({ ranges: [] }),
      {},
      /lets nobody from 10\.[\d./, ]+ in on port 3306.*sg-\w+/,
    ],
    ['that lets in others alone', () => make({ ranges: ['192.0.2.0/24'] }), {}, /lets nobody from 10\./],
    ['whose secret is no JSON', () => make({ secret: password }), {}, /cannot be used: its value is no JSON/],
    [
      'whose secret has no password',
      () => make({ secret: '{"username":"kubeflow"}' }),
      {},
      /its key password is missing/,
    ],
    [
      'whose secret has a user that no driver takes',
      () => make({ secret: JSON.stringify({ username: 'a:b', password }) }),
      {},
      /its key username is missing, or is not/,
    ],
    ['whose secret is not there', async () => `${await make()}x`, {}, /it is not there or has no text/],
  ];

  test.each(cases)('%s is refused', async (_, prepare, settings, message) => {
    const { findings } = await check(await prepare(), settings);
    expect(findings.map(({ name }) => name)).toEqual(findings.map(() => 'DatabaseUnusable'));
    expect(findings.map((finding) => finding.message)).toContainEqual(expect.stringMatching(message));
  });
});
