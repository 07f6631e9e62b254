import { databaseNames, parseDatabaseSecret } from '../../../core/database-access';
import { formatProblem, parseConfiguration } from '../../../core/configuration';
import { parseEndpoint } from '../../../core/configuration/database';
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
  ['text', host, 'must be a map with "host" and "secret_arn"'],
  ['no secret', { host }, 'must be the ARN of a secret whose name begins with kubeflow-eks/databases/'],
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

  test('is no change of a cluster of which nothing else is known, nor is another host', () => {
    expect(refusedChanges({ configuration: { kms_key_arn: 'key' } }, known({ database }))).toEqual([]);
    const other = { ...database, host: host.replace('kubeflow', 'restored') };
    expect(refusedChanges(known({ database }), known({ database: other }))).toEqual([]);
  });
});
