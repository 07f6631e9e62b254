import { createHash, randomUUID } from 'node:crypto';
import { findBackupVault, type BackupVault } from '../../adapters/aws/backup-plans';
import {
  findBackupJob,
  startBackupJob,
  tagBackupVault,
  type BackupJob,
} from '../../adapters/aws/backup-jobs';
import type { BuildConfiguration } from '../../core/configuration';
import { UserError } from '../../core/errors';
import { buildEnvironment } from '../../core/handover/build-environment';
import { deploymentTags, product } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import { inWords, kubeflowOf, type VersionChange } from '../../core/upgrades/software';
import { settle, type Look } from '../support/settle';
import { backupNames, unseen, type BackupOptions } from './backups';

/** How long a backup is waited for in one build, in milliseconds: the upgrade needs its time, too. */
const patienceMs = 60 * 60_000;

/** How long AWS Backup may take to see a role that was just made, in milliseconds. */
const roleVisibilityMs = 180_000;

/**
 * How long a backup counts as the one from before, in milliseconds: what is upgraded later, after an attempt that was given up,
 * has been worked with since.
 */
const freshMs = 24 * 60 * 60_000;

/** The tag of a vault that says which backup was made before which versions: where a step that is repeated finds it. */
export const beforeTag = `${product}:backed-up-before`;

/** States in which a backup is not over (API reference, BackupJob; ABORTING ends in ABORTED). */
const underWay = new Set(['CREATED', 'PENDING', 'RUNNING', 'ABORTING']);

/** The versions that are wanted, in the characters that values of tags may have. */
function targetOf({ kubernetes_version: kubernetes, kubeflow }: BuildConfiguration): string {
  const { version, source } = kubeflowOf(kubeflow);
  return `kubernetes ${kubernetes} kubeflow ${version ?? 'unknown'} ${source.slice(0, 12)}`;
}

/**
 * The backup that {@link backUpBeforeUpgrade} would make. Reads only.
 *
 * @param changes of versions, of a cluster that is there
 */
export async function planBackupBeforeUpgrade(
  options: BackupOptions,
  changes: readonly VersionChange[],
): Promise<PlannedChange | undefined> {
  return (await look(options, changes))?.planned;
}

interface Found {
  /** What is to be made, and waited for. */
  planned: PlannedChange;
  vault: BackupVault | undefined;
  /** The backup of an attempt before, which runs, has failed, or is of too long ago. */
  before: BackupJob | undefined;
}

/** What there is before an upgrade; undefined where none is wanted, or where one is complete, since a day at most. */
async function look(options: BackupOptions, changes: readonly VersionChange[]): Promise<Found | undefined> {
  const { clients, configuration } = options;
  if (configuration.backup?.before_upgrade !== true || changes.length === 0) return undefined;
  const vault = await findBackupVault(clients, backupNames(configuration).vault);
  const before = vault && (await madeBefore(options, vault));
  if (before?.state === 'COMPLETED' && isFresh(before)) return undefined;
  const planned: PlannedChange = {
    action: 'create',
    what: `a backup of the cluster ${configuration.eks_name} before ${changes.map(inWords).join(' and ')}, which is waited for`,
  };
  return { planned, vault, before };
}

const isFresh = ({ completedAt }: BackupJob): boolean =>
  completedAt !== undefined && Date.now() - completedAt.getTime() < freshMs;

/** The backup that an earlier attempt of this upgrade began. */
async function madeBefore(
  { clients, configuration }: BackupOptions,
  vault: BackupVault,
): Promise<BackupJob | undefined> {
  const [target, id] = (vault.tags[beforeTag] ?? '').split(' job ');
  if (target !== targetOf(configuration) || id === undefined) return undefined;
  return findBackupJob(clients, id);
}

/**
 * Has the cluster backed up before its versions change, and waits until that is complete: nothing of the upgrade has begun
 * then. A step that is repeated goes on waiting for the backup of the attempt before; one that failed is made again.
 *
 * The vault is there: {@link import('./backups').ensureBackups} comes before.
 *
 * @throws UserError `BackupFailed` where it is not complete, or not in time
 */
export async function backUpBeforeUpgrade(
  options: BackupOptions,
  changes: readonly VersionChange[],
): Promise<void> {
  const { clients, say, pollMs } = options;
  const found = await look(options, changes);
  if (found === undefined) return;
  const { planned, vault, before } = found;
  if (vault === undefined) throw new Error('the vault of the backups is made before them');
  const isUnderWay = before !== undefined && underWay.has(before.state);
  if (!isUnderWay) say(`${planned.action} ${planned.what}`);
  const id = isUnderWay ? before.id : await begin(options, vault, before?.id ?? '');
  await settle(async () => lookAt(await findBackupJob(clients, id), id), {
    deadline: Date.now() + patienceMs,
    poll: pollMs,
    say,
    late: (waiting) => {
      throw new UserError(
        'BackupFailed',
        `${waiting}. Nothing was upgraded. Retry this step: it goes on waiting.`,
      );
    },
  });
  say(`the backup ${id} is complete`);
}

const digestOf = (...words: readonly string[]): string =>
  createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 32);

async function begin(options: BackupOptions, vault: BackupVault, formerId: string): Promise<string> {
  const { clients, configuration, say, pollMs } = options;
  const { clusterArn, roleArn } = backupNames(configuration);
  const target = targetOf(configuration);
  // The same in all attempts of an execution, and another in each execution: AWS Backup answers with the backup of a token that it
  // knows, however long ago that was.
  const execution = buildEnvironment().EXECUTION_ARN ?? randomUUID();
  const requestId = digestOf(clusterArn, target, formerId, execution);
  const id = await settle(
    async (): Promise<Look<string>> => {
      const begun = await startBackupJob(clients, {
        vaultName: vault.name,
        resourceArn: clusterArn,
        roleArn,
        retentionDays: configuration.backup?.retention_days ?? 1,
        tags: deploymentTags(configuration),
        requestId,
      });
      return begun === undefined
        ? { waiting: `AWS Backup does not see the role ${roleArn} yet` }
        : { done: begun };
    },
    { deadline: Date.now() + roleVisibilityMs, poll: pollMs, say, late: unseen },
  );
  await tagBackupVault(clients, vault.arn, { [beforeTag]: `${target} job ${id}` });
  return id;
}

function lookAt(job: BackupJob | undefined, id: string): Look<undefined> {
  if (job?.state === 'COMPLETED') return { done: undefined };
  if (job !== undefined && underWay.has(job.state))
    return { waiting: `the backup ${id} before the upgrade is ${job.state}` };
  const said = job?.message === undefined ? '' : `: ${job.message}`;
  throw new UserError(
    'BackupFailed',
    `the backup ${id} before the upgrade is ${job?.state ?? 'not known any more'}${said}. Nothing was upgraded. Mend what AWS ` +
      'Backup says and retry this step, which makes another; or set `backup.before_upgrade` to false, and start.',
  );
}
