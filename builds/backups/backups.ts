import { randomUUID } from 'node:crypto';
import {
  createBackupPlan,
  createBackupVault,
  deleteBackupPlan,
  deselectForBackup,
  findBackupPlan,
  findBackupVault,
  isOptedIn,
  planDocument,
  selectForBackup,
  selectionName,
  updateBackupPlan,
  type BackupPlan,
  type WantedPlan,
} from '../../adapters/aws/backup-plans';
import type { AwsClients } from '../../adapters/aws/clients';
import { foreignResource } from '../../adapters/aws/errors';
import { findRole } from '../../adapters/aws/iam';
import { scheduleExpression, type BackupSettings } from '../../core/configuration/backup';
import type { BuildConfiguration } from '../../core/configuration';
import { satisfies } from '../../core/differences';
import { TransientError, UserError } from '../../core/errors';
import { iamNames } from '../../core/iam-names';
import { deploymentNames, deploymentTags } from '../../core/naming';
import { partitionOf } from '../../core/partitions';
import type { PlannedChange } from '../../core/plan';
import type { Say } from '../support/say';
import { settle } from '../support/settle';

/** AWS' policy with which AWS Backup reads a cluster and its volumes (AWS Backup developer guide, "Amazon EKS backups"). */
export const backupPolicy = 'service-role/AWSBackupServiceRolePolicyForBackup';

/** How long AWS Backup may take to see a role that was just made, or that a selection is gone, in milliseconds. */
const visibilityMs = 180_000;

/** What backups are made with. */
export interface BackupOptions {
  clients: AwsClients;
  configuration: BuildConfiguration;
  say: Say;
  /** Between two looks at something under way, in milliseconds. */
  pollMs: number;
}

/** Something to do about backups, and how. */
interface BackupChange extends PlannedChange {
  make: () => Promise<void>;
}

/** Names and ARNs of a deployment's backups. */
export function backupNames(configuration: BuildConfiguration) {
  const { eks_name: name, region, account_id: account } = configuration;
  const partition = partitionOf(region);
  return {
    vault: deploymentNames.backupVault(name),
    plan: deploymentNames.backupPlan(name),
    clusterArn: `arn:${partition}:eks:${region}:${account}:cluster/${name}`,
    roleArn: `arn:${partition}:iam::${account}:role/${iamNames.backupRole(configuration)}`,
  };
}

/**
 * What {@link ensureBackups} would do. Reads only; nothing but the role where no backups are configured and none were.
 *
 * @throws UserError `BackupNotEnabled` where the account has AWS Backup leave EKS out
 * @throws ConflictError `ResourceConflict` where a vault or a plan of the name is there without our tag
 */
export async function planBackups(options: BackupOptions): Promise<BackupChange[]> {
  const { clients, configuration } = options;
  const { backup: settings } = configuration;
  if (settings === undefined) return planEnd(options);
  await requireOptIn(clients, 'EKS');
  const { eks_name: deployment } = configuration;
  const names = backupNames(configuration);
  const vault = await findBackupVault(clients, names.vault);
  if (vault !== undefined && vault.owner !== deployment)
    throw foreignResource(`the backup vault ${names.vault}`, vault.owner, deployment);
  const plan = await findBackupPlan(clients, names.plan, deployment);
  if (plan !== undefined && plan.owner !== deployment)
    throw foreignResource(`the backup plan ${names.plan}`, plan.owner, deployment);
  const tags = deploymentTags(configuration);
  const creation: BackupChange = {
    action: 'create',
    what: `the backup vault ${names.vault}`,
    make: () => createBackupVault(clients, { name: names.vault, keyArn: configuration.kms_key_arn, tags }),
  };
  return [...(vault === undefined ? [creation] : []), ...planOfPlan(options, settings, plan)];
}

/** The plan and its selection, which is made again where it is not the cluster with our role. */
function planOfPlan(
  options: BackupOptions,
  settings: BackupSettings,
  plan: BackupPlan | undefined,
): BackupChange[] {
  const { clients, configuration } = options;
  const names = backupNames(configuration);
  const wanted: WantedPlan = {
    name: names.plan,
    vaultName: names.vault,
    scheduleExpression: scheduleExpression(settings),
    retentionDays: settings.retention_days,
    tags: deploymentTags(configuration),
  };
  const cluster = { name: selectionName, arn: names.clusterArn };
  const said = `${wanted.scheduleExpression}, kept for ${settings.retention_days.toString()} days`;
  if (plan === undefined) {
    const make = async (): Promise<void> => {
      // Another each time: with that of a plan that was deleted, AWS Backup could answer with it.
      await select(options, await createBackupPlan(clients, wanted, randomUUID()), cluster);
    };
    return [{ action: 'create', what: `the backup plan ${names.plan}: ${said}`, make }];
  }
  const changes: BackupChange[] = [];
  if (!satisfies(plan.rules, planDocument(wanted).Rules))
    changes.push({
      action: 'change',
      what: `the backup plan ${names.plan}: ${said}`,
      make: () => updateBackupPlan(clients, plan.id, wanted),
    });
  const isSelected = plan.selections.some(
    ({ resources, roleArn }) => resources.includes(names.clusterArn) && roleArn === names.roleArn,
  );
  if (!isSelected)
    changes.push({
      action: 'change',
      what: `the backup plan ${names.plan}: it backs up the cluster`,
      make: () => select(options, plan.id, cluster, plan.selections),
    });
  return changes;
}

/** Has a plan back up one thing, with our role, in the place of what it has under this name. */
export async function select(
  { clients, configuration, say, pollMs }: BackupOptions,
  planId: string,
  thing: { name: string; arn: string },
  present: BackupPlan['selections'] = [],
): Promise<void> {
  const { roleArn } = backupNames(configuration);
  // Two of a name are refused.
  for (const { id, name } of present) if (name === thing.name) await deselectForBackup(clients, planId, id);
  const wanted = { name: thing.name, resourceArn: thing.arn, roleArn, requestId: randomUUID() };
  await settle(
    async () =>
      (await selectForBackup(clients, planId, wanted))
        ? { done: undefined }
        : { waiting: `AWS Backup does not see the role ${roleArn} yet` },
    { deadline: Date.now() + visibilityMs, poll: pollMs, say, late: unseen },
  );
}

/** @throws TransientError always */
export function unseen(waiting: string): never {
  throw new TransientError('AwsTransient', `${waiting}. Retry this step.`);
}

/** Backups that are no longer configured are made no more. What was backed up stays, with the role by which it expires. */
async function planEnd(options: BackupOptions): Promise<BackupChange[]> {
  const { clients, configuration } = options;
  const role = await findRole(clients, iamNames.backupRole(configuration));
  if (role === undefined) return [];
  const { plan: name } = backupNames(configuration);
  const plan = await findBackupPlan(clients, name, configuration.eks_name);
  if (plan?.owner !== configuration.eks_name) return [];
  return [
    {
      action: 'remove',
      what: `the backup plan ${name}; what it has backed up stays`,
      make: () => removeBackupPlan(options, plan),
    },
  ];
}

/**
 * Ends what a plan backs up, and the plan: AWS Backup refuses to delete one that still backs up something, as far as it sees.
 *
 * @throws TransientError `AwsTransient` where it sees that for too long
 */
export async function removeBackupPlan(
  { clients, say, pollMs }: Pick<BackupOptions, 'clients' | 'say' | 'pollMs'>,
  plan: BackupPlan,
): Promise<void> {
  for (const { id } of plan.selections) await deselectForBackup(clients, plan.id, id);
  await settle(
    async () =>
      (await deleteBackupPlan(clients, plan.id))
        ? { done: undefined }
        : { waiting: `AWS Backup does not see yet that the plan ${plan.id} backs up nothing` },
    { deadline: Date.now() + visibilityMs, poll: pollMs, say, late: unseen },
  );
}

/**
 * Makes the vault and the plan of a deployment's backups and has the plan back up the cluster; or ends the plan, where none are
 * configured. The role is made before (`iam-roles.ts`).
 */
export async function ensureBackups(options: BackupOptions): Promise<void> {
  for (const { action, what, make } of await planBackups(options)) {
    options.say(`${action} ${what}`);
    await make();
  }
}

/** @throws UserError `BackupNotEnabled` where the account has AWS Backup leave this kind of resource out */
export async function requireOptIn(clients: AwsClients, type: 'EKS' | 'EFS'): Promise<void> {
  if (await isOptedIn(clients, type)) return;
  throw new UserError(
    'BackupNotEnabled',
    `AWS Backup leaves ${type} out in ${clients.region}: expected the account to have it opted in. Opt in with aws backup ` +
      `update-region-settings --resource-type-opt-in-preference ${type === 'EKS' ? 'EKS=true,EBS=true' : 'EFS=true'}, or take \`backup\` out.`,
  );
}
