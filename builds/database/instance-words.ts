import type { InstanceSettings } from '../../adapters/aws/rds-instances';

/** What RDS calls the settings that a plan tells of. */
const words: Readonly<Partial<Record<keyof InstanceSettings, (value: unknown) => string>>> = {
  DBInstanceClass: (value) => `class ${String(value)}`,
  AllocatedStorage: (value) => `${String(value)} GiB`,
  MaxAllocatedStorage: (value) => `storage grows up to ${String(value)} GiB`,
  MultiAZ: (value) => (value === true ? 'a standby in another zone' : 'no standby'),
  EngineVersion: (value) => `MySQL ${String(value)}`,
  AutoMinorVersionUpgrade: (value) =>
    value === true ? 'RDS keeps the minor version up to date' : 'the minor version stays',
  BackupRetentionPeriod: (value) => `backups for ${String(value)} days`,
  DeletionProtection: () => 'protected from deletion',
  PubliclyAccessible: () => 'no public address',
  CopyTagsToSnapshot: () => 'snapshots get its tags',
};

/** Settings of an instance as a plan tells of them. */
export const settingsInWords = (settings: InstanceSettings, keys: readonly string[]): string =>
  keys
    .map((key) => words[key as keyof InstanceSettings]?.(settings[key as keyof InstanceSettings]) ?? key)
    .join(', ');
