import { refusedChanges } from '../../../core/configuration/changes';
import { formatProblem, parseConfiguration } from '../../../core/configuration';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { configurationWith } from '../../builds/support';

const key = 'arn:aws:kms:eu-central-1:111122223333:key/99999999-2222-3333-4444-555555555555';

test.each<[unknown, string]>([
  ['a-bucket', 'must be a map with perhaps "bucket", "kms_key_arn" and "prefix"'],
  [null, 'must be a map with perhaps "bucket", "kms_key_arn" and "prefix"; {} for a bucket that is made'],
  [{ bucket: 'Acme' }, 'must be the name of an S3 bucket'],
  [{ bucket: 'with.dots' }, 'must be the name of an S3 bucket'],
  [{ prefix: '/acme' }, 'with "/" between them and none at either end'],
  [{ prefix: 'acme/*' }, 'must be names of letters, digits'],
  [{ prefix: 'acme/${aws:username}' }, 'must be names of letters, digits'],
  [{ kms_key_arn: 'alias/acme' }, 'kms_key_arn'],
  [
    { kms_key_arn: key.replace('central', 'west') },
    'must be a key of region eu-central-1, where the bucket is',
  ],
  [
    { kms_key_arn: key.replace('111122223333', '444455556666') },
    'must be a key of account_id (111122223333)',
  ],
  [{ region: 'eu-central-1' }, 'region'],
])('artifacts of %j are refused with what is wrong', (artifacts, message) => {
  const parsed = parseConfiguration({ ...minimalConfiguration, artifacts });
  expect(parsed.ok ? '' : parsed.problems.map(formatProblem).join('\n')).toContain(message);
});

test('without Pipelines there are none', () => {
  const kubeflow = { components: ['notebooks'] };
  const parsed = parseConfiguration({ ...minimalConfiguration, artifacts: {}, kubeflow });
  expect(parsed.ok ? '' : parsed.problems.map(formatProblem).join('\n')).toContain(
    'has no effect: kubeflow.components does not name pipelines',
  );
});

test('Kubeflow 1.2 keeps them in the cluster', () => {
  const parsed = parseConfiguration({
    ...minimalConfiguration,
    artifacts: {},
    kubernetes_version: '1.21',
    kubeflow: { installer: 'kfctl' },
  });
  expect(parsed.ok ? '' : parsed.problems.map(formatProblem).join('\n')).toContain(
    'cannot be had with Kubeflow 1.2',
  );
});

test.each([
  {},
  { bucket: 'acme-artifacts' },
  { bucket: 'acme-artifacts', kms_key_arn: key, prefix: 'ml/acme' },
])('artifacts of %j are taken, and without the key there are none', (artifacts) => {
  expect(configurationWith({ artifacts }).artifacts).toEqual(artifacts);
  expect(configurationWith({}).artifacts).toBeUndefined();
});

describe('a deployment that is there', () => {
  const known = (document: Record<string, unknown>) => ({
    configuration: { ...configurationWith(document) } as Record<string, unknown>,
  });
  const refused = (was: Record<string, unknown>, asked: Record<string, unknown>) =>
    refusedChanges(known(was), known(asked)).map(({ path, was: before, asked: after }) => [
      path,
      before,
      after,
    ]);
  const ofOurs = expect.stringMatching(/^s3:\/\/kubeflow-artifacts-.*\/acme with the key arn:/) as string;

  test.each<[string, Record<string, unknown>, Record<string, unknown>, string, string]>([
    ['from the cluster to S3', {}, { artifacts: {} }, 'a volume of the cluster', ofOurs],
    ['from S3 to the cluster', { artifacts: {} }, {}, ofOurs, 'a volume of the cluster'],
    [
      'to another bucket',
      { artifacts: { bucket: 'one-bucket' } },
      { artifacts: { bucket: 'other-bucket' } },
      's3://one-bucket/acme',
      's3://other-bucket/acme',
    ],
    [
      'to another prefix',
      { artifacts: { bucket: 'one-bucket' } },
      { artifacts: { bucket: 'one-bucket', prefix: 'ml' } },
      's3://one-bucket/acme',
      's3://one-bucket/ml',
    ],
    [
      'to another key',
      { artifacts: { bucket: 'one-bucket' } },
      { artifacts: { bucket: 'one-bucket', kms_key_arn: key } },
      's3://one-bucket/acme',
      `s3://one-bucket/acme with the key ${key}`,
    ],
  ])('does not move its artifacts %s', (_, was, asked, before, after) => {
    expect(refused(was, asked)).toEqual([['artifacts', before, after]]);
  });

  test('may say what held by default, and is not judged where it is not known as a whole', () => {
    expect(refused({ artifacts: {} }, { artifacts: { prefix: 'acme' } })).toEqual([]);
    expect(
      refusedChanges({ configuration: { kms_key_arn: 'x' } }, known({ artifacts: {} })).map(
        ({ path }) => path,
      ),
    ).toEqual(['kms_key_arn']);
  });

  test('without Pipelines may get them anywhere', () => {
    expect(refused({ kubeflow: { components: ['notebooks'] } }, { artifacts: {} })).toEqual([]);
  });
});
