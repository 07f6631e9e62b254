import { deploymentNames } from './naming';

/** The file system for shared volumes that is made for a deployment. */
export interface SharedStorage {
  /** The name by which EFS makes one file system for an account and region, however often it is asked (CreationToken). */
  readonly token: string;
  readonly keyArn: string;
  readonly throughputMode: 'elastic' | 'bursting' | 'provisioned';
  /** In MiB/s, where the mode is `provisioned`. */
  readonly provisionedMibps: number | undefined;
  /** Days without access, after which files move; none where they do not. */
  readonly infrequentAccessDays: number | undefined;
  readonly archiveDays: number | undefined;
}

/** What of a configuration says which file system shared volumes are on. */
interface Stored {
  readonly eks_name: string;
  readonly kms_key_arn: string;
  readonly shared_volumes?:
    | {
        file_system_id?: string | undefined;
        kms_key_arn?: string | undefined;
        throughput_mode?: SharedStorage['throughputMode'] | undefined;
        provisioned_mibps?: number | undefined;
        infrequent_access_after_days?: number | undefined;
        archive_after_days?: number | undefined;
      }
    | undefined;
}

/** The file system that is made for a deployment; `undefined` where it has no shared volumes, or they are on an existing one. */
export function sharedStorageOf({
  eks_name: name,
  kms_key_arn: keyArn,
  shared_volumes: settings,
}: Stored): SharedStorage | undefined {
  if (settings === undefined || settings.file_system_id !== undefined) return undefined;
  return {
    token: deploymentNames.fileSystem(name),
    keyArn: settings.kms_key_arn ?? keyArn,
    throughputMode: settings.throughput_mode ?? 'elastic',
    provisionedMibps: settings.provisioned_mibps,
    infrequentAccessDays: settings.infrequent_access_after_days,
    archiveDays: settings.archive_after_days,
  };
}
