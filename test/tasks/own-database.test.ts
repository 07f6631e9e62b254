import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { parseConfiguration } from '../../core/configuration';
import { ownerTag } from '../../core/naming';
import { checkOwnDatabase } from '../../tasks/preflight/own-database';
import { minimalConfiguration } from '../support/minimal-configuration';
import { useMoto } from '../support/moto';

const zones = ['eu-central-1a', 'eu-central-1b'];

describe('a database that is to be made, before anything is', () => {
  const moto = useMoto({ functions: ['check-prerequisites'] });
  const check = async (create: object | undefined, more: { zones?: string[] } = {}): Promise<string[]> => {
    const database = create === undefined ? {} : { database: { create } };
    const parsed = parseConfiguration({ ...minimalConfiguration, ...database });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const place = { deployment: 'acme', zones, ...more };
    const findings = await checkOwnDatabase(moto.clients, parsed.configuration.database, place);
    return findings.map(({ name, message }) => `${name}: ${message}`);
  };
  const make = async (owner: string, version = '8.4.6'): Promise<void> => {
    await moto.lookingClients.get(RDSClient).send(
      new CreateDBInstanceCommand({
        ...{ DBInstanceIdentifier: 'kubeflow-eks-acme', DBInstanceClass: 'db.t4g.medium', Engine: 'mysql' },
        ...{ EngineVersion: version, AllocatedStorage: 200, MaxAllocatedStorage: 500 },
        ...{ MasterUsername: 'kubeflow', MasterUserPassword: 'long-enough' },
        Tags: [{ Key: ownerTag, Value: owner }],
      }),
    );
  };

  test('RDS is asked nothing where none is configured', async () => {
    expect(await check(undefined)).toEqual([]);
    expect(moto.calls).toEqual([]);
  });

  test('what RDS has is taken, and changes of one that is there', async () => {
    expect(await check({})).toEqual([]);
    expect(await check({ engine_version: '8.4.6', multi_az: true })).toEqual([]);
    await make('acme');
    expect(await check({ engine_version: '8.4.7', instance_class: 'db.m7g.large' })).toEqual([]);
  });

  test.each<[object, { zones?: string[] }, RegExp]>([
    [
      { instance_class: 'db.x9.huge' },
      {},
      /^DatabaseUnusable: RDS has no db\.x9\.huge for MySQL 8\.4 on gp3/,
    ],
    [{ engine_version: '8.4.1' }, {}, /no MySQL 8\.4\.1 on .* expected one of 8\.4\.3, 8\.4\.5/],
    [{}, { zones: ['eu-central-1z'] }, /in none of the zones of the private subnets \(eu-central-1z\)/],
    [{ multi_az: true }, { zones: ['eu-central-1a'] }, /in less than two of the zones/],
  ])('%j with %j is refused', async (create, more, message) => {
    expect(await check(create, more)).toEqual([expect.stringMatching(message)]);
  });

  test('one of the name that is another’s is refused', async () => {
    await make('other');
    expect(await check({})).toEqual([expect.stringContaining('without our tag for acme')]);
  });

  test('an earlier version, less room than is taken and a state that does not pass are refused', async () => {
    await make('acme');
    await moto.server.setDatabaseState('kubeflow-eks-acme', 'storage-full');
    expect(await check({ engine_version: '8.4.5', storage_gib: 100, max_storage_gib: 150 })).toEqual([
      expect.stringContaining('is storage-full; expected available'),
      expect.stringMatching(
        /^ChangeRefused: `database\.create\.engine_version` is 8\.4\.5, and .* runs 8\.4\.6/,
      ),
      expect.stringContaining('has grown to 200 GiB'),
    ]);
  });
});
