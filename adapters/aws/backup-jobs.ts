import {
  BackupClient,
  DescribeBackupJobCommand,
  StartBackupJobCommand,
  TagResourceCommand,
} from '@aws-sdk/client-backup';
import { completionWindowMinutes, isUnseenRole, startWindowMinutes } from './backup-plans';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A backup that was asked for. */
export interface BackupJob {
  id: string;
  /** `CREATED`, `PENDING`, `RUNNING`, `COMPLETED`, `PARTIAL`, `FAILED`, … (API reference, BackupJob). */
  state: string;
  /** What AWS Backup says to it. */
  message: string | undefined;
  /** When it was over. */
  completedAt: Date | undefined;
}

/** A backup by the id of its job; `undefined` where AWS Backup does not know it any more. */
export async function findBackupJob(clients: AwsClients, id: string): Promise<BackupJob | undefined> {
  try {
    const { State, StatusMessage, CompletionDate } = await clients
      .get(BackupClient)
      .send(new DescribeBackupJobCommand({ BackupJobId: id }));
    return { id, state: State ?? 'unknown', message: StatusMessage, completedAt: CompletionDate };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/**
 * Begins a backup of one resource.
 *
 * @param options `requestId`: a repetition with the same one begins no other backup (API reference, StartBackupJob)
 * @returns the job's id; `undefined` where AWS Backup does not see the role yet
 */
export async function startBackupJob(
  clients: AwsClients,
  options: {
    vaultName: string;
    resourceArn: string;
    roleArn: string;
    retentionDays: number;
    tags: Readonly<Record<string, string>>;
    requestId: string;
  },
): Promise<string | undefined> {
  try {
    const { BackupJobId } = await clients.get(BackupClient).send(
      new StartBackupJobCommand({
        BackupVaultName: options.vaultName,
        ResourceArn: options.resourceArn,
        IamRoleArn: options.roleArn,
        IdempotencyToken: options.requestId,
        StartWindowMinutes: startWindowMinutes,
        CompleteWindowMinutes: completionWindowMinutes,
        Lifecycle: { DeleteAfterDays: options.retentionDays },
        RecoveryPointTags: { ...options.tags },
      }),
    );
    return BackupJobId;
  } catch (error) {
    if (isUnseenRole(error)) return undefined;
    throw error;
  }
}

/** Gives a vault further tags. */
export async function tagBackupVault(
  clients: AwsClients,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(BackupClient).send(new TagResourceCommand({ ResourceArn: arn, Tags: { ...tags } }));
}
