import { BackupClient, UpdateRegionSettingsCommand } from '@aws-sdk/client-backup';
import { findBackupPlan } from '../../../adapters/aws/backup-plans';
import type { MadeFileSystem } from '../../../adapters/aws/file-systems';
import {
  backupNames,
  ensureBackups,
  removeBackupPlan,
  type BackupOptions,
} from '../../../builds/backups/backups';
import {
  ensureFileSystemBackup,
  planFileSystemBackup,
} from '../../../builds/shared-volumes/file-system-backup';
import { useBackups } from '../../support/backups';
import { configurationWith } from '../support';

const aws = useBackups('acme', () => new Date(0));
const options = (document: object = { backup: {}, shared_volumes: {} }): BackupOptions => ({
  clients: aws.clients,
  configuration: configurationWith({ eks_name: 'acme', region: 'eu-central-1', ...document }),
  say: () => undefined,
  pollMs: 20,
});
const made: MadeFileSystem = {
  id: 'fs-89abcdef',
  arn: 'arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-89abcdef',
  state: 'available',
  keyArn: undefined,
  throughput: { mode: 'elastic', mibps: undefined },
  tags: {},
  bytes: 6144,
};
const { plan, clusterArn } = backupNames(configurationWith({ eks_name: 'acme', region: 'eu-central-1' }));
const selected = async () =>
  (await findBackupPlan(aws.lookingClients, plan, 'acme'))?.selections.map(({ resources }) => resources);
const what = 'the backup plan kubeflow-eks-acme: it backs up the file system of shared volumes';

test('the file system that is made is in the plan of the deployment, beside the cluster, and then left there', async () => {
  expect(await planFileSystemBackup(options(), undefined)).toMatchObject([{ action: 'change', what }]);
  await ensureBackups(options());
  await ensureFileSystemBackup(options(), made);
  expect(await selected()).toEqual([[clusterArn], [made.arn]]);
  aws.forgetCalls();
  await ensureBackups(options());
  await ensureFileSystemBackup(options(), made);
  expect(aws.mutatingCalls()).toEqual([]);
});

test('another file system takes the place of the one that is gone', async () => {
  await ensureBackups(options());
  await ensureFileSystemBackup(options(), made);
  const arn = made.arn.replace('89abcdef', '01234567');
  await ensureFileSystemBackup(options(), { ...made, arn });
  expect(await selected()).toEqual([[clusterArn], [arn]]);
});

test('and goes from it with the plan', async () => {
  await ensureBackups(options());
  await ensureFileSystemBackup(options(), made);
  const found = await findBackupPlan(aws.clients, plan, 'acme');
  if (found !== undefined) await removeBackupPlan(options(), found);
  expect(await selected()).toBeUndefined();
});

test.each([
  ['without backups', { shared_volumes: {} }],
  ['without shared volumes', { backup: {} }],
  ['on an existing file system', { backup: {}, shared_volumes: { file_system_id: 'fs-89abcdef' } }],
])('nothing is asked %s', async (_, document) => {
  expect(await planFileSystemBackup(options(document), made)).toEqual([]);
  expect(aws.calls).toEqual([]);
});

test('an account that has EFS left out is told', async () => {
  await aws.lookingClients
    .get(BackupClient)
    .send(
      new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { EKS: true, EBS: true, EFS: false } }),
    );
  await expect(planFileSystemBackup(options(), made)).rejects.toMatchObject({
    name: 'BackupNotEnabled',
    message: expect.stringContaining('EFS=true') as string,
  });
});
