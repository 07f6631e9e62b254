import {
  BackupClient,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  CreateBackupVaultCommand,
  DeleteBackupPlanCommand,
  DeleteBackupSelectionCommand,
  DeleteBackupVaultCommand,
  DescribeRegionSettingsCommand,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  ListTagsCommand,
  paginateListBackupPlans,
  paginateListBackupSelections,
  paginateListBackupVaults,
  paginateListRecoveryPointsByBackupVault,
  UpdateBackupPlanCommand,
  type BackupPlanInput,
  type BackupSelection,
} from '@aws-sdk/client-backup';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeBefore } from './unrepeated';

type Tags = Readonly<Record<string, string>>;

/** A vault of AWS Backup. */
export interface BackupVault {
  name: string;
  arn: string;
  keyArn: string | undefined;
  /** Value of the owner tag. */
  owner: string | undefined;
  tags: Tags;
}

/** A plan of AWS Backup with what it backs up. */
export interface BackupPlan {
  id: string;
  arn: string;
  owner: string | undefined;
  rules: BackupPlanInput['Rules'];
  selections: { id: string; name: string; resources: readonly string[]; roleArn: string }[];
}

/** What is wanted of a plan: one rule, one cluster. */
export interface WantedPlan {
  name: string;
  vaultName: string;
  scheduleExpression: string;
  retentionDays: number;
  /** Of the plan, and of each recovery point. */
  tags: Tags;
}

/** How long after its time a backup may begin, in minutes: the least that AWS Backup takes (API reference, BackupRuleInput). */
export const startWindowMinutes = 60;
/** How long after that it may take, in minutes; then AWS Backup ends it. */
export const completionWindowMinutes = 24 * 60;

/** Whether AWS Backup backs up this type of resource in the region, which an account decides for itself. */
export async function isOptedIn(clients: AwsClients, type: string): Promise<boolean> {
  const { ResourceTypeOptInPreference: preferences = {} } = await clients
    .get(BackupClient)
    .send(new DescribeRegionSettingsCommand({}));
  return preferences[type] !== false;
}

/**
 * A vault by its name, or `undefined`. All are listed: of one that is not there, DescribeBackupVault says that access is denied
 * (terraform-provider-aws, `internal/service/backup/vault.go`).
 */
export async function findBackupVault(clients: AwsClients, name: string): Promise<BackupVault | undefined> {
  const client = clients.get(BackupClient);
  for await (const { BackupVaultList = [] } of paginateListBackupVaults({ client }, {})) {
    const found = BackupVaultList.find(({ BackupVaultName }) => BackupVaultName === name);
    if (found === undefined) continue;
    const arn = found.BackupVaultArn ?? '';
    const tags = await tagsOf(clients, arn);
    return { name, arn, keyArn: found.EncryptionKeyArn, owner: tags[ownerTag], tags };
  }
  return undefined;
}

/** Makes a vault whose own backups are encrypted with a key. */
export async function createBackupVault(
  clients: AwsClients,
  { name, keyArn, tags }: { name: string; keyArn: string; tags: Tags },
): Promise<void> {
  await unlessMadeBefore('AlreadyExistsException', () =>
    clients.get(BackupClient).send(
      new CreateBackupVaultCommand({
        BackupVaultName: name,
        EncryptionKeyArn: keyArn,
        BackupVaultTags: { ...tags },
      }),
    ),
  );
}

/** Deletes a vault. AWS Backup refuses one in which something is (`InvalidRequestException`). */
export async function deleteBackupVault(clients: AwsClients, name: string): Promise<void> {
  await clients.get(BackupClient).send(new DeleteBackupVaultCommand({ BackupVaultName: name }));
}

/** A plan by its name, or `undefined`. Names are not unique to AWS Backup: of several the one with the owner counts. */
export async function findBackupPlan(
  clients: AwsClients,
  name: string,
  owner: string,
): Promise<BackupPlan | undefined> {
  const client = clients.get(BackupClient);
  const found: { id: string; arn: string; owner: string | undefined }[] = [];
  for await (const { BackupPlansList = [] } of paginateListBackupPlans({ client }, {})) {
    for (const { BackupPlanName, BackupPlanId: id = '', BackupPlanArn: arn = '' } of BackupPlansList) {
      if (BackupPlanName === name) found.push({ id, arn, owner: (await tagsOf(clients, arn))[ownerTag] });
    }
  }
  const plan = found.find((one) => one.owner === owner) ?? found[0];
  if (plan === undefined) return undefined;
  const { BackupPlan: document } = await client.send(new GetBackupPlanCommand({ BackupPlanId: plan.id }));
  const selections: BackupPlan['selections'] = [];
  for await (const page of paginateListBackupSelections({ client }, { BackupPlanId: plan.id })) {
    for (const { SelectionId: id = '', SelectionName: selected = '' } of page.BackupSelectionsList ?? []) {
      const { BackupSelection: selection } = await client.send(
        new GetBackupSelectionCommand({ BackupPlanId: plan.id, SelectionId: id }),
      );
      selections.push({
        ...{ id, name: selected },
        ...{ resources: selection?.Resources ?? [], roleArn: selection?.IamRoleArn ?? '' },
      });
    }
  }
  return { ...plan, rules: document?.Rules as BackupPlanInput['Rules'], selections };
}

/** The document of a plan, as AWS Backup is given it. */
export function planDocument(wanted: WantedPlan): BackupPlanInput {
  return {
    BackupPlanName: wanted.name,
    Rules: [
      {
        RuleName: 'schedule',
        TargetBackupVaultName: wanted.vaultName,
        ScheduleExpression: wanted.scheduleExpression,
        StartWindowMinutes: startWindowMinutes,
        CompletionWindowMinutes: completionWindowMinutes,
        Lifecycle: { DeleteAfterDays: wanted.retentionDays },
        RecoveryPointTags: { ...wanted.tags },
      },
    ],
  };
}

/**
 * Makes a plan that backs up nothing yet. A repetition with the same request id makes none (API reference, CreateBackupPlan).
 *
 * @param requestId as long as it is the same, it is the same plan: also one that has been deleted, perhaps, of which AWS Backup
 *   keeps the versions (developer guide, "Delete a backup plan")
 * @returns its id
 */
export async function createBackupPlan(
  clients: AwsClients,
  wanted: WantedPlan,
  requestId: string,
): Promise<string> {
  const { BackupPlanId: id = '' } = await clients.get(BackupClient).send(
    new CreateBackupPlanCommand({
      BackupPlan: planDocument(wanted),
      BackupPlanTags: { ...wanted.tags },
      CreatorRequestId: requestId,
    }),
  );
  return id;
}

/** Gives a plan another document. */
export async function updateBackupPlan(clients: AwsClients, id: string, wanted: WantedPlan): Promise<void> {
  await clients
    .get(BackupClient)
    .send(new UpdateBackupPlanCommand({ BackupPlanId: id, BackupPlan: planDocument(wanted) }));
}

/** Name of the selection that {@link selectForBackup} makes. */
export const selectionName = 'cluster';

/**
 * Has a plan back up one resource, with the rights of a role.
 *
 * @returns whether it does; not yet where AWS Backup does not see the role, or what is attached to it, which takes a while after
 *   it was made (terraform-provider-aws, `internal/service/backup/selection.go`)
 */
export async function selectForBackup(
  clients: AwsClients,
  planId: string,
  wanted: { name: string; resourceArn: string; roleArn: string; requestId: string },
): Promise<boolean> {
  const selection: BackupSelection = {
    SelectionName: wanted.name,
    IamRoleArn: wanted.roleArn,
    Resources: [wanted.resourceArn],
  };
  try {
    await clients.get(BackupClient).send(
      new CreateBackupSelectionCommand({
        BackupPlanId: planId,
        BackupSelection: selection,
        CreatorRequestId: wanted.requestId,
      }),
    );
    return true;
  } catch (error) {
    if (isUnseenRole(error)) return false;
    throw error;
  }
}

/** Whether AWS Backup refused a role that was just made, in the words in which it does not see it yet. */
export function isUnseenRole(error: unknown): boolean {
  return (
    isAwsError(error, 'InvalidParameterValueException') &&
    /cannot be assumed|is not authorized to call/.test(error.message)
  );
}

/** Takes a selection from a plan. */
export async function deselectForBackup(
  clients: AwsClients,
  planId: string,
  selectionId: string,
): Promise<void> {
  await clients
    .get(BackupClient)
    .send(new DeleteBackupSelectionCommand({ BackupPlanId: planId, SelectionId: selectionId }));
}

/**
 * Deletes a plan, which must have no selections. What it has backed up stays.
 *
 * @returns whether it is gone; not yet where AWS Backup still sees selections that were just taken from it
 *   (terraform-provider-aws, `internal/service/backup/plan.go`)
 */
export async function deleteBackupPlan(clients: AwsClients, id: string): Promise<boolean> {
  try {
    await clients.get(BackupClient).send(new DeleteBackupPlanCommand({ BackupPlanId: id }));
    return true;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return true;
    if (isAwsError(error, 'InvalidRequestException') && /selections must be deleted/.test(error.message))
      return false;
    throw error;
  }
}

/** Of a vault's recovery points: how many there are, and when the last of those that expire does. */
export interface RecoveryPoints {
  count: number;
  lastExpiry: Date | undefined;
}

/** Counts what is in a vault: of a cluster's backup, the whole and each of its parts. */
export async function countRecoveryPoints(clients: AwsClients, vaultName: string): Promise<RecoveryPoints> {
  const client = clients.get(BackupClient);
  let count = 0;
  let lastExpiry: Date | undefined;
  const pages = paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName: vaultName });
  for await (const { RecoveryPoints: points = [] } of pages) {
    count += points.length;
    for (const { CalculatedLifecycle } of points) {
      const expiry = CalculatedLifecycle?.DeleteAt;
      if (expiry !== undefined && (lastExpiry === undefined || expiry > lastExpiry)) lastExpiry = expiry;
    }
  }
  return { count, lastExpiry };
}

async function tagsOf(clients: AwsClients, arn: string): Promise<Tags> {
  const { Tags: tags = {} } = await clients.get(BackupClient).send(new ListTagsCommand({ ResourceArn: arn }));
  return tags;
}
