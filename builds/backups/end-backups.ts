import {
  countRecoveryPoints,
  deleteBackupVault,
  findBackupPlan,
  findBackupVault,
} from '../../adapters/aws/backup-plans';
import type { AwsClients } from '../../adapters/aws/clients';
import { isAwsError } from '../../adapters/aws/errors';
import { findRole } from '../../adapters/aws/iam';
import type { BuildConfiguration } from '../../core/configuration';
import { notOurs } from '../../core/handover/left';
import { iamNames } from '../../core/iam-names';
import { backupNames, removeBackupPlan } from './backups';
import type { Leave } from '../support/left-output';
import type { Say } from '../support/say';

/**
 * Ends the backups of a deployment: its plan goes, and its vault where nothing is in it. Backups outlive what they are of: where
 * there are some, they stay until they expire, with their vault and the role with which AWS Backup deletes them (AWS Backup
 * developer guide, "Identity and access management": a role that is gone may leave them for ever).
 *
 * What no backups were ever configured for has no such role, and is asked nothing else. Where somebody took away the role alone,
 * the configuration says that there are some.
 *
 * @returns names of roles that have to stay
 */
export async function endBackups(
  clients: AwsClients,
  configuration: BuildConfiguration,
  { say, leave, pollMs }: { say: Say; leave: Leave; pollMs: number },
): Promise<string[]> {
  const role = iamNames.backupRole(configuration);
  if (configuration.backup === undefined && (await findRole(clients, role)) === undefined) return [];
  const { eks_name: deployment } = configuration;
  const names = backupNames(configuration);
  const plan = await findBackupPlan(clients, names.plan, deployment);
  if (plan?.owner === deployment) {
    say(`deleting the backup plan ${names.plan}`);
    await removeBackupPlan({ clients, say, pollMs }, plan);
  } else if (plan !== undefined) leave({ what: `the backup plan ${names.plan}`, why: notOurs });
  const vault = await findBackupVault(clients, names.vault);
  if (vault === undefined) return [];
  if (vault.owner !== deployment) {
    leave({ what: `the backup vault ${names.vault}`, why: notOurs });
    return [];
  }
  const { count, lastExpiry } = await countRecoveryPoints(clients, names.vault);
  if (count === 0 && (await isDeleted(clients, names.vault, say))) return [];
  const until =
    lastExpiry === undefined ? 'nobody said when they expire' : `the last expires on ${dayOf(lastExpiry)}`;
  leave({
    what: `${count.toString()} backups in the vault ${names.vault}, with the role ${role}`,
    why: `they are to outlive the deployment, and AWS Backup deletes them with that role: ${until}; who wants them gone before deletes them in AWS Backup (docs/operate/restore.md)`,
  });
  return [role];
}

/** A backup may have come into it since it was looked into. */
async function isDeleted(clients: AwsClients, vault: string, say: Say): Promise<boolean> {
  try {
    say(`deleting the backup vault ${vault}, which is empty`);
    await deleteBackupVault(clients, vault);
    return true;
  } catch (error) {
    if (isAwsError(error, 'InvalidRequestException')) return false;
    throw error;
  }
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
