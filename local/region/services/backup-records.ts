/** What AWS Backup keeps, in the words of its API reference. */

export type Tags = Record<string, string>;

export interface VaultRecord {
  BackupVaultName: string;
  BackupVaultArn: string;
  EncryptionKeyArn?: string;
  CreationDate: number;
}

export interface SelectionRecord {
  SelectionId: string;
  SelectionName: string;
  IamRoleArn: string;
  Resources: string[];
}

export interface PlanRecord {
  BackupPlanId: string;
  BackupPlanArn: string;
  VersionId: string;
  CreatorRequestId?: string;
  CreationDate: number;
  BackupPlan: PlanDocument;
  selections: SelectionRecord[];
  /** Whether a selection was just taken from it. */
  isLate?: boolean;
}

export interface PlanDocument {
  BackupPlanName: string;
  Rules: RuleDocument[];
}

interface RuleDocument {
  RuleName: string;
  TargetBackupVaultName: string;
  StartWindowMinutes?: number;
  [more: string]: unknown;
}

export interface JobRecord {
  BackupJobId: string;
  BackupVaultName: string;
  ResourceArn: string;
  ResourceType: 'EKS';
  IamRoleArn: string;
  State: 'RUNNING' | 'COMPLETED' | 'FAILED';
  StatusMessage?: string;
  CreationDate: number;
  CompletionDate?: number;
  RecoveryPointArn: string;
  /** Of the request, by which a repetition is known. */
  token?: string;
}

/** A backup in a vault: a composite one, or a part of one. */
export interface PointRecord {
  RecoveryPointArn: string;
  BackupVaultName: string;
  ResourceArn: string;
  ResourceType: 'EKS' | 'EBS';
  IsParent: boolean;
  ParentRecoveryPointArn?: string;
  Status: 'COMPLETED';
  CreationDate: number;
  CalculatedLifecycle?: { DeleteAt: number };
}

export interface RestoreRecord {
  RestoreJobId: string;
  RecoveryPointArn: string;
  Status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  StatusMessage?: string;
  ResourceType: 'EKS';
}

/** A refusal of AWS Backup (API reference: 400 for each of them). */
export class BackupRefusal extends Error {
  constructor(
    readonly code:
      | 'AlreadyExistsException'
      | 'InvalidParameterValueException'
      | 'InvalidRequestException'
      | 'ResourceNotFoundException',
    message: string,
  ) {
    super(message);
    this.name = 'BackupRefusal';
  }
}
