import { findBackupPlan, type BackupPlan } from '../../adapters/aws/backup-plans';
import type { MadeFileSystem } from '../../adapters/aws/file-systems';
import type { PlannedChange } from '../../core/plan';
import { sharedStorageOf } from '../../core/shared-storage';
import { backupNames, requireOptIn, select, type BackupOptions } from '../backups/backups';

/**
 * What {@link ensureFileSystemBackup} would do. Reads only; nothing where no backups are configured or no file system is made.
 *
 * @param made none before it is made
 * @throws UserError `BackupNotEnabled` where the account has AWS Backup leave EFS out
 */
export async function planFileSystemBackup(
  options: BackupOptions,
  made: MadeFileSystem | undefined,
): Promise<(PlannedChange & { plan: BackupPlan | undefined })[]> {
  const { clients, configuration } = options;
  if (configuration.backup === undefined || sharedStorageOf(configuration) === undefined) return [];
  await requireOptIn(clients, 'EFS');
  const { plan: name, roleArn } = backupNames(configuration);
  const plan = await findBackupPlan(clients, name, configuration.eks_name);
  const isSelected =
    made !== undefined &&
    plan?.selections.some(
      ({ resources, roleArn: role }) => resources.includes(made.arn) && role === roleArn,
    ) === true;
  if (isSelected) return [];
  return [
    {
      action: 'change',
      what: `the backup plan ${name}: it backs up the file system of shared volumes`,
      plan,
    },
  ];
}

/** Has the deployment's backup plan back up the file system that was made for it; the plan is there before. */
export async function ensureFileSystemBackup(
  options: BackupOptions,
  made: MadeFileSystem | undefined,
): Promise<void> {
  for (const { action, what, plan } of await planFileSystemBackup(options, made)) {
    options.say(`${action} ${what}`);
    const thing = { name: 'shared-volumes', arn: made?.arn ?? '' };
    await select(options, plan?.id ?? '', thing, plan?.selections);
  }
}
