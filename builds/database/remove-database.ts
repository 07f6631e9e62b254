import type { AwsClients } from '../../adapters/aws/clients';
import {
  deleteParameterGroup,
  deleteSubnetGroup,
  findParameterGroup,
  findSubnetGroup,
} from '../../adapters/aws/rds-groups';
import {
  deleteInstance,
  findMadeInstance,
  liftProtection,
  listSnapshots,
  type DatabaseInstance,
} from '../../adapters/aws/rds-instances';
import { describeSecret, scheduleSecretDeletion } from '../../adapters/aws/secrets-manager';
import type { BuildConfiguration } from '../../core/configuration';
import { notOurs } from '../../core/handover/left';
import { isBroken } from '../../core/made-database';
import { ownerTag } from '../../core/naming';
import { closeGroups, deleteGroups, ownGroups } from '../network/admitting-group';
import { databaseGroupOf, databaseNamesOf } from './own-database';
import type { Leave } from '../support/left-output';
import type { Say } from '../support/say';
import { settle, type Look } from '../support/settle';

interface RemovalOptions {
  clients: AwsClients;
  configuration: BuildConfiguration;
  say: Say;
  leave: Leave;
  /** Between two looks at something under way, in milliseconds. */
  pollMs: number;
  /** How long RDS is waited for, in milliseconds: a snapshot of much takes its time. */
  patienceMs?: number;
}

const usualPatienceMs = 45 * 60_000;

/** Secrets Manager's longest. Whoever restores a snapshot needs the password that is in it. */
const recoveryDays = 30;

/**
 * Begins to take away the database that was made for a deployment: nobody is let in any more, and RDS deletes the instance, after a
 * snapshot of it unless none is wanted. A configuration may have none any more, by which the one that was made is not forgotten: its
 * security group, which is made first and goes last, says whether there is one, so that RDS is asked nothing otherwise.
 */
export async function closeDatabase(options: RemovalOptions): Promise<void> {
  const { clients, configuration, say } = options;
  const { name } = databaseNamesOf(configuration);
  if ((await closeGroups(options, databaseGroupOf(configuration))).length === 0) return;
  const instance = await findMadeInstance(clients, name);
  if (instance?.tags[ownerTag] !== configuration.eks_name || instance.state === 'deleting') return;
  if (staysFor(instance, configuration) !== undefined) return;
  say(`deleting the database ${name}`);
  await beginDeletion(options, instance);
}

/**
 * Waits until the database is gone and takes away what it stood in. What stays is said: the snapshot, and the secret with its
 * password until Secrets Manager deletes it.
 */
export async function removeDatabase(options: RemovalOptions): Promise<void> {
  const { clients, configuration, leave } = options;
  const { eks_name: deployment } = configuration;
  const { name, secret } = databaseNamesOf(configuration);
  const groups = await ownGroups(options, databaseGroupOf(configuration));
  if (groups.length === 0) return;
  if (!(await awaitGone(options))) return;
  if ((await findSubnetGroup(clients, name))?.owner === deployment) await deleteSubnetGroup(clients, name);
  if ((await findParameterGroup(clients, name))?.owner === deployment)
    await deleteParameterGroup(clients, name);
  const kept = await removeSecret(options);
  const snapshots = await listSnapshots(clients, name);
  if (snapshots.length > 0)
    leave({
      what: `${snapshots.length.toString()} snapshots of the database ${name}: ${snapshots.join(', ')}`,
      why: `they outlive the deployment, until somebody deletes them in RDS${kept ? `; the secret ${secret}, which Secrets Manager deletes in ${recoveryDays.toString()} days, has their password` : ''}`,
    });
  // Last: as long as it is there, a retry looks for the rest.
  await deleteGroups(options, groups, bounds(options));
}

const bounds = ({ pollMs, patienceMs = usualPatienceMs, say }: RemovalOptions) => ({
  ...{ deadline: Date.now() + patienceMs, poll: pollMs, say },
});

/** Why an instance is not deleted: RDS makes no snapshot of what is broken, which may have data all the same. */
function staysFor(
  { state, isBackedUp }: DatabaseInstance,
  { database }: BuildConfiguration,
): string | undefined {
  return isBroken(state) && isBackedUp && database?.create?.final_snapshot !== false
    ? `it is ${state}, in which RDS makes no snapshot of it; delete it in RDS when nobody needs what is in it`
    : undefined;
}

/** @returns whether RDS has begun; its state may not let it */
async function beginDeletion(
  { clients, configuration }: RemovalOptions,
  { state, settings, isBackedUp }: DatabaseInstance,
): Promise<boolean> {
  const { name } = databaseNamesOf(configuration);
  if (settings.DeletionProtection === true && !(await liftProtection(clients, name))) return false;
  // What works may have data before its first backup is complete.
  const isEmpty = isBroken(state) && !isBackedUp;
  const isKept = configuration.database?.create?.final_snapshot !== false && !isEmpty;
  const now = new Date().toISOString().slice(0, 19).replaceAll(/\D/g, '');
  return deleteInstance(clients, name, isKept ? `${name}-final-${now}` : undefined);
}

/** @returns whether there is none any more; what stays is said */
async function awaitGone(options: RemovalOptions): Promise<boolean> {
  const { clients, configuration, leave } = options;
  const { name } = databaseNamesOf(configuration);
  const what = `the database ${name}, with its groups and its secret`;
  return settle(
    async (): Promise<Look<boolean>> => {
      const instance = await findMadeInstance(clients, name);
      if (instance === undefined) return { done: true };
      const why =
        instance.tags[ownerTag] === configuration.eks_name ? staysFor(instance, configuration) : notOurs;
      if (why !== undefined && instance.state !== 'deleting') {
        leave({ what, why });
        return { done: false };
      }
      if (instance.state !== 'deleting') await beginDeletion(options, instance);
      return { waiting: `the database ${name} is ${instance.state}` };
    },
    {
      ...bounds(options),
      late: (waiting) => {
        leave({ what, why: `${waiting}; run destroy again when it is gone` });
        return false;
      },
    },
  );
}

/** @returns whether it was ours and is kept for a while */
async function removeSecret({ clients, configuration, say }: RemovalOptions): Promise<boolean> {
  const { secret: name } = databaseNamesOf(configuration);
  const secret = await describeSecret(clients, name);
  if (secret?.tags[ownerTag] !== configuration.eks_name) return false;
  if (!secret.deletionScheduled) {
    say(`the secret ${name} is deleted in ${recoveryDays.toString()} days`);
    await scheduleSecretDeletion(clients, secret.arn, recoveryDays);
  }
  return true;
}
