import { formatProblem, parseConfiguration } from '../../../core/configuration';
import { sharedStorageOf } from '../../../core/shared-storage';
import { configurationWith } from '../../builds/support';
import { minimalConfiguration } from '../../support/minimal-configuration';

const key = 'arn:aws:kms:eu-central-1:111122223333:key/22222222-2222-3333-4444-555555555555';
const existing = { file_system_id: 'fs-89abcdef' };

test.each([
  ['fs-0123456789abcdef0', 'must be a map with "file_system_id"; {} for a file system that is made'],
  [{ file_system_id: 'efs-1' }, 'must be the id of an EFS file system, such as "fs-0123456789abcdef0"'],
  [{ ...existing, class: 'x' }, 'class'],
  [{ ...existing, throughput_mode: 'elastic' }, 'is for a file system that is made'],
  [{ ...existing, kms_key_arn: key }, 'is for a file system that is made'],
  [{ kms_key_arn: key.replace('eu-central-1', 'eu-west-1') }, 'must be a key of region eu-central-1'],
  [
    { kms_key_arn: key.replace('111122223333', '444455556666') },
    'must be a key of account_id (111122223333)',
  ],
  [{ throughput_mode: 'fast' }, 'must be "elastic", "bursting" or "provisioned"'],
  [{ throughput_mode: 'provisioned' }, 'needs provisioned_mibps'],
  [{ provisioned_mibps: 8 }, 'is for throughput_mode provisioned'],
  [
    { throughput_mode: 'provisioned', provisioned_mibps: 3415 },
    'must be a whole number of MiB/s from 1 to 3414',
  ],
  [{ infrequent_access_after_days: 31 }, 'must be one of the numbers of days that EFS knows'],
  [{ infrequent_access_after_days: 30, archive_after_days: 30 }, 'must be later than'],
  [{ throughput_mode: 'bursting', archive_after_days: 90 }, 'cannot be had but with throughput_mode elastic'],
])('shared volumes on %j are refused with what is wrong', (shared_volumes, message) => {
  const parsed = parseConfiguration({ ...minimalConfiguration, shared_volumes });
  expect(parsed.ok ? '' : parsed.problems.map(formatProblem).join('\n')).toContain(message);
});

test.each([existing, { file_system_id: 'fs-0123456789abcdef0' }])(
  'the file system %j is taken, none is made, and there is none without the key',
  (settings) => {
    const configuration = configurationWith({ shared_volumes: settings });
    expect(configuration.shared_volumes).toEqual(settings);
    expect(sharedStorageOf(configuration)).toBeUndefined();
    expect(sharedStorageOf(configurationWith({}))).toBeUndefined();
  },
);

test('one is made without a word, with elastic throughput and the key of the deployment, or as it is asked for', () => {
  const wanted = (settings: object) => sharedStorageOf(configurationWith({ shared_volumes: settings }));
  expect(wanted({})).toEqual({
    token: 'kubeflow-eks-acme',
    keyArn: configurationWith({}).kms_key_arn,
    throughputMode: 'elastic',
    provisionedMibps: undefined,
    infrequentAccessDays: undefined,
    archiveDays: undefined,
  });
  expect(
    wanted({ kms_key_arn: key, infrequent_access_after_days: 30, archive_after_days: 90 }),
  ).toMatchObject({ keyArn: key, infrequentAccessDays: 30, archiveDays: 90 });
});
