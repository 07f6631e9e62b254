import { databaseNames, parseDatabaseSecret } from '../../../core/database-access';
import { formatProblem, parseConfiguration } from '../../../core/configuration';
import { parseEndpoint, registeredDatabase } from '../../../core/configuration/database';
import { deploymentNames } from '../../../core/naming';
import { refusedChanges, type Known } from '../../../core/configuration/changes';
import { rdsCertificates } from '../../../core/rds-certificates';
import { minimalConfiguration } from '../../support/minimal-configuration';

const host = 'kubeflow.abcdefghijkl.eu-central-1.rds.amazonaws.com';
const secret_arn =
  'arn:aws:secretsmanager:eu-central-1:111122223333:secret:kubeflow-eks/databases/acme-AbCdEf';
const minimal = { ...minimalConfiguration, region: 'eu-central-1', account_id: '111122223333' };

const problemsOf = (document: Record<string, unknown>): string => {
  const parsed = parseConfiguration({ ...minimal, ...document });
  return parsed.ok ? '' : parsed.problems.map(formatProblem).join('\n');
};

test.each<[what: string, database: unknown, message: string]>([
  ['text', host, 'must be a map with "host" and "secret_arn", or with "create"'],
  ['no secret', { host }, 'must have "host" and "secret_arn" of an existing database, or "create"'],
  ['nothing', {}, 'must have "host" and "secret_arn" of an existing database, or "create"'],
  ['both', { host, secret_arn, create: {} }, 'must have either "host" and "secret_arn", or "create"'],
  ['a port for one that is made', { create: {}, port: 3307 }, 'one that is made has 3306'],
  ['MySQL 9', { create: { engine_version: '9.4' } }, 'must be "8.4", or a minor version of it'],
  ['MySQL 8.0', { create: { engine_version: '8.0' } }, 'must be "8.4", or a minor version of it'],
  ['no class', { create: { instance_class: 'm7g.large' } }, 'must be a class of RDS'],
  ['no backups', { create: { backup_retention_days: 0 } }, 'a database without backups cannot be restored'],
  ['too little storage', { create: { storage_gib: 10 } }, 'must be 20 or more'],
  [
    'storage that cannot grow',
    { create: { storage_gib: 100, max_storage_gib: 109 } },
    'must be 110 or more, a tenth above storage_gib (100)',
  ],
  ['an unknown key to be made', { create: { publicly_accessible: true } }, 'publicly_accessible'],
  [
    'an alias',
    { host: 'mysql.example.com', secret_arn },
    'must be the endpoint of an RDS instance or the writer',
  ],
  [
    'readers',
    { host: host.replace('abc', 'cluster-ro-abc'), secret_arn },
    'must be the endpoint of an RDS instance',
  ],
  [
    'a proxy',
    { host: host.replace('abc', 'proxy-abc'), secret_arn },
    'must be the endpoint of an RDS instance',
  ],
  [
    'another region',
    { host: host.replace('central', 'west'), secret_arn },
    'must be a database of region eu-central-1',
  ],
  [
    'a secret of another region',
    { host, secret_arn: secret_arn.replace('central', 'west') },
    'must be a secret of region eu-central-1',
  ],
  [
    'a secret of another account',
    { host, secret_arn: secret_arn.replace('1111', '9999') },
    'must be a secret of account_id (111122223333)',
  ],
  [
    "RDS' own secret",
    { host, secret_arn: secret_arn.replace('kubeflow-eks/databases/acme', 'rds!db-1') },
    'must be the ARN of a secret whose name begins',
  ],
  ['no port', { host, secret_arn, port: 80 }, 'must be a port of RDS, 1150 or more'],
  ['an unknown key', { host, secret_arn, password: 'x' }, 'password'],
])('a database with %s is refused with what is wrong', (_, database, message) => {
  expect(problemsOf({ database })).toContain(message);
});

test.each<[Record<string, unknown>, string]>([
  [{ components: ['notebooks'] }, 'has no effect: kubeflow.components names neither pipelines nor katib'],
  [{ installer: 'kfctl' }, 'is for installer kustomize'],
])('a database for %j is refused', (kubeflow, message) => {
  expect(problemsOf({ database: { host, secret_arn }, kubeflow })).toContain(message);
});

test('a region whose certificate authorities are not known is refused; those of the others are its own', () => {
  const elsewhere = (text: string) => text.replace('eu-central-1', 'mx-central-1');
  expect(
    problemsOf({
      region: 'mx-central-1',
      database: { host: elsewhere(host), secret_arn: elsewhere(secret_arn) },
    }),
  ).toContain(
    'cannot be verified: this release does not have the certificate authorities of RDS in mx-central-1',
  );
  expect(rdsCertificates('eu-central-1')).toHaveLength(3);
  expect(rdsCertificates('us-east-1')).toHaveLength(3);
  expect(rdsCertificates('us-east-1')).not.toEqual(rdsCertificates('us-east-2'));
});

test.each([host, host.replace('abc', 'cluster-abc')])(
  '%s is taken, at port 3306, with nothing moved',
  (endpoint) => {
    const parsed = parseConfiguration({ ...minimal, database: { host: endpoint, secret_arn } });
    expect(parsed.ok && parsed.configuration.database).toEqual({
      ...{ host: endpoint, secret_arn, port: 3306, data_moved: false },
    });
    expect(parseEndpoint(endpoint)).toEqual({
      ...{ identifier: 'kubeflow', region: 'eu-central-1', isCluster: endpoint !== host },
    });
  },
);

test('one that is made is of MySQL 8.4, small, backed up for a week, and leaves a snapshot', () => {
  const parsed = parseConfiguration({ ...minimal, database: { create: {} } });
  expect(parsed.ok && parsed.configuration.database).toEqual({
    ...{ port: 3306, data_moved: false },
    create: {
      ...{ instance_class: 'db.t4g.medium', storage_gib: 50, max_storage_gib: 500, multi_az: false },
      ...{ engine_version: '8.4', backup_retention_days: 7, final_snapshot: true },
    },
  });
});

test.each(['acme', 'Acme', 'a--b', 'a-', 'a'.repeat(53), `${'a'.repeat(49)}-b-c`])(
  'RDS takes the name of the database of %s, which nobody else has',
  (deployment) => {
    const name = deploymentNames.database(deployment);
    expect(name).toMatch(/^kubeflow-eks-(?!.*--)[a-z0-9-]*[a-z0-9]$/);
    expect(name.length).toBeLessThanOrEqual(63);
    const others = [deployment.toLowerCase(), `${deployment}-`, deployment.replace('--', '-')];
    for (const other of others.filter((one) => one !== deployment))
      expect(deploymentNames.database(other)).not.toBe(name);
  },
);

test('which one a registered deployment has is known of one that is there and of one that is made', () => {
  const of = (database: object | undefined) => registeredDatabase({ ...minimal, database });
  const eksName = minimal.eks_name;
  expect(of({ host })).toMatchObject({ identifier: 'kubeflow' });
  expect(of({ create: {} })).toMatchObject({
    identifier: deploymentNames.database(eksName),
    isCluster: false,
  });
  expect(of(undefined)).toBeUndefined();
});

test('without the key there is none', () => {
  const parsed = parseConfiguration(minimal);
  expect(parsed.ok && parsed.configuration).not.toHaveProperty('database');
});

test('names of databases are the deployment’s own, need no quotes and fit', () => {
  const names = Object.values(databaseNames(`a${'-b'.repeat(26)}`));
  expect(new Set(names).size).toBe(4);
  for (const name of names) expect(name).toMatch(/^[A-Za-z]\w{0,63}$/);
});

test('what is wrong with a secret is said without its value', () => {
  const problems = [
    '{"username":1,"password":"sesame"}',
    '["sesame"]',
    '"sesame"',
    'sesame',
    '{"username":"a","password":"séšame"}',
  ].map((value) => JSON.stringify(parseDatabaseSecret(value)));
  for (const problem of problems) {
    expect(problem).toContain('"problem"');
    expect(problem).not.toMatch(/sesame|séšame/);
  }
  expect(parseDatabaseSecret('{"username":"a","password":"b","engine":"mysql"}')).toEqual({
    username: 'a',
    password: 'b',
  });
});

describe('from the cluster to RDS and back', () => {
  const known = (more: Record<string, unknown> = {}): Known => ({ configuration: { kubeflow: {}, ...more } });
  const database = { host, secret_arn, port: 3306, data_moved: false };

  test('is refused with where the way is described, until the data was moved', () => {
    expect(refusedChanges(known(), known({ database }))).toEqual([
      {
        ...{ path: 'database', was: 'in the cluster', asked: host },
        why: expect.stringContaining('docs/operate/databases.md') as string,
      },
    ]);
    expect(refusedChanges(known(), known({ database: { ...database, data_moved: true } }))).toEqual([]);
  });

  test('is refused on the way back, moved or not', () => {
    expect(refusedChanges(known({ database: { ...database, data_moved: true } }), known())).toMatchObject([
      { path: 'database', was: host, asked: 'in the cluster' },
    ]);
  });

  test('is refused from one that is there to one that is made, and back, until the data was moved', () => {
    const made = { create: { storage_gib: 50 }, data_moved: false };
    const [there, back] = [
      refusedChanges(known({ database }), known({ database: made })),
      refusedChanges(known({ database: made }), known({ database })),
    ];
    expect(there).toMatchObject([{ path: 'database', was: host, asked: 'one that is made' }]);
    expect(back).toMatchObject([{ path: 'database', was: 'one that is made', asked: host }]);
    const moved = { ...made, data_moved: true };
    expect(refusedChanges(known({ database }), known({ database: moved }))).toEqual([]);
    expect(refusedChanges(known(), known({ database: made }))).toMatchObject([{ asked: 'one that is made' }]);
  });

  test.each([
    [{ storage_gib: 50 }, { storage_gib: 49 }, 'database.create.storage_gib'],
    [{ engine_version: '8.4.10' }, { engine_version: '8.4.9' }, 'database.create.engine_version'],
    [{ storage_gib: 50 }, { storage_gib: 51 }, undefined],
    [{ engine_version: '8.4.9' }, { engine_version: '8.4.10' }, undefined],
    [{ engine_version: '8.4.9' }, { engine_version: '8.4' }, undefined],
    [{ instance_class: 'db.t4g.medium' }, { instance_class: 'db.m7g.large' }, undefined],
  ])('of one that is made from %j to %j', (was, asked, path) => {
    const found = refusedChanges(
      known({ database: { create: was } }),
      known({ database: { create: asked } }),
    );
    expect(found.map((change) => change.path)).toEqual([path ?? []].flat());
  });

  test('is no change of a cluster of which nothing else is known, nor is another host', () => {
    expect(refusedChanges({ configuration: { kms_key_arn: 'key' } }, known({ database }))).toEqual([]);
    const other = { ...database, host: host.replace('kubeflow', 'restored') };
    expect(refusedChanges(known({ database }), known({ database: other }))).toEqual([]);
  });
});
