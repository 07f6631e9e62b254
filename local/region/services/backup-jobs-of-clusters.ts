import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlPlane } from '../../kubernetes/control-plane';
import { KubeError, type KubeObject } from '../../kubernetes/kube-client';
import { BackupRefusal, type JobRecord, type PointRecord, type RestoreRecord } from './backup-records';
import { captureState, restoreState } from './cluster-state';

export interface BackupJobsOptions {
  accountId: string;
  region: string;
  /** Where the objects of backups are kept. */
  dir: string;
  /** The control plane behind a cluster, while it is there. */
  findCluster: (name: string) => Pick<ControlPlane, 'client'> | undefined;
  /** When a role was made; `undefined` for one that is not there. */
  roleCreatedAt: (roleArn: string) => Promise<Date | undefined>;
}

/** How long AWS Backup does not see a role that was made (how long it is in truth is not published), in milliseconds. */
const unseenMs = 1_000;

/** How often a cluster is read whose API server cannot answer for a kind at once, as after a change of its definitions; assumed. */
const attempts = 5;

async function readState(cluster: Pick<ControlPlane, 'client'>): Promise<KubeObject[]> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await captureState(cluster);
    } catch (error) {
      if (attempt === attempts || !(error instanceof KubeError)) throw error;
      await delay(1_000);
    }
}

type Request = Readonly<Record<string, unknown>>;
const seconds = (): number => Date.now() / 1000;
const daySeconds = 24 * 60 * 60;

/** Backups and restores of clusters. The objects are those of the real API server; volumes have ids and no content. */
export class BackupJobs {
  private readonly jobs = new Map<string, JobRecord>();
  private readonly restores = new Map<string, RestoreRecord>();
  private points: PointRecord[] = [];

  constructor(private readonly options: BackupJobsOptions) {}

  /** @throws BackupRefusal for a role that is not there, or that was made a moment ago */
  async requireRole(roleArn: string): Promise<void> {
    const madeAt = await this.options.roleCreatedAt(roleArn);
    if (madeAt === undefined || Date.now() - madeAt.getTime() < unseenMs)
      throw new BackupRefusal(
        'InvalidParameterValueException',
        `IAM Role ${roleArn} cannot be assumed by AWS Backup`,
      );
  }

  /** @throws BackupRefusal for a cluster that is not there, and for what {@link requireRole} refuses */
  async start(request: Request): Promise<JobRecord> {
    const { ResourceArn: resourceArn, IdempotencyToken: token } = request as Record<
      string,
      string | undefined
    >;
    const repeated = [...this.jobs.values()].find((job) => token !== undefined && job.token === token);
    if (repeated !== undefined) return repeated;
    const roleArn = String(request['IamRoleArn']);
    await this.requireRole(roleArn);
    const name = /^arn:[^:]+:eks:[^:]+:\d+:cluster\/(.+)$/.exec(resourceArn ?? '')?.[1] ?? '';
    const id = `job-${(this.jobs.size + 1).toString().padStart(6, '0')}`;
    const file = join(this.options.dir, `${id}.json`);
    const cluster = this.options.findCluster(name);
    // After a restart it is asked for again, before the clusters are there.
    if (cluster === undefined && !existsSync(file))
      throw new BackupRefusal('InvalidParameterValueException', `Invalid resource ARN ${resourceArn ?? ''}`);
    const { accountId, region } = this.options;
    const job: JobRecord = {
      BackupJobId: id,
      BackupVaultName: String(request['BackupVaultName']),
      ResourceArn: resourceArn ?? '',
      ResourceType: 'EKS',
      IamRoleArn: roleArn,
      State: 'RUNNING',
      CreationDate: seconds(),
      RecoveryPointArn: `arn:aws:backup:${region}:${accountId}:recovery-point:composite:eks/${name}-${id}`,
      ...(token !== undefined && { token }),
    };
    this.jobs.set(id, job);
    const days = (request['Lifecycle'] as { DeleteAfterDays?: number } | undefined)?.DeleteAfterDays;
    void this.capture(job, file, cluster, days);
    return job;
  }

  private async capture(
    job: JobRecord,
    file: string,
    cluster: Pick<ControlPlane, 'client'> | undefined,
    days: number | undefined,
  ): Promise<void> {
    try {
      if (!existsSync(file) && cluster !== undefined) {
        await mkdir(this.options.dir, { recursive: true });
        await writeFile(file, JSON.stringify(await readState(cluster)));
      }
      const objects = JSON.parse(await readFile(file, 'utf8')) as KubeObject[];
      this.points.push(...this.pointsOf(job, objects, days));
      job.CompletionDate = seconds();
      job.State = 'COMPLETED';
    } catch (error) {
      job.State = 'FAILED';
      job.StatusMessage = String(error);
    }
  }

  /** The composite, the state of the cluster, and each volume of EBS that a claim has. */
  private pointsOf(job: JobRecord, objects: readonly KubeObject[], days: number | undefined): PointRecord[] {
    const { RecoveryPointArn: whole, BackupVaultName, ResourceArn } = job;
    const common = {
      BackupVaultName,
      Status: 'COMPLETED' as const,
      CreationDate: job.CreationDate,
      ...(days !== undefined && { CalculatedLifecycle: { DeleteAt: job.CreationDate + days * daySeconds } }),
    };
    const part = { ...common, IsParent: false, ParentRecoveryPointArn: whole };
    const volumes = objects.flatMap((object) => {
      const { csi, claimRef } =
        (object as { spec?: { csi?: { driver: string; volumeHandle: string }; claimRef?: object } }).spec ??
        {};
      return object.kind === 'PersistentVolume' && csi?.driver === 'ebs.csi.aws.com' && claimRef !== undefined
        ? [csi.volumeHandle]
        : [];
    });
    const { region, accountId } = this.options;
    return [
      { ...common, RecoveryPointArn: whole, ResourceArn, ResourceType: 'EKS', IsParent: true },
      { ...part, RecoveryPointArn: whole.replace(':composite:', ':'), ResourceArn, ResourceType: 'EKS' },
      ...volumes.map((volume): PointRecord => ({
        ...part,
        RecoveryPointArn: `arn:aws:ec2:${region}::snapshot/snap-${volume.replace(/^vol-/, '')}${job.BackupJobId.slice(-4)}`,
        ResourceArn: `arn:aws:ec2:${region}:${accountId}:volume/${volume}`,
        ResourceType: 'EBS',
      })),
    ];
  }

  describe(id: string): object {
    const job = this.jobs.get(id);
    if (job === undefined) throw new BackupRefusal('ResourceNotFoundException', `Backup job ${id} not found`);
    const { token: _, ...shown } = job;
    return shown;
  }

  pointsIn(vault: string): PointRecord[] {
    return this.points.filter(({ BackupVaultName }) => BackupVaultName === vault);
  }

  /** @throws BackupRefusal for one that has parts, and for the state of a cluster, which goes with the whole */
  deletePoint(vault: string, arn: string): void {
    const point = this.pointsIn(vault).find(({ RecoveryPointArn }) => RecoveryPointArn === arn);
    if (point === undefined)
      throw new BackupRefusal('ResourceNotFoundException', `Recovery point ${arn} not found`);
    const parts = this.points.filter(({ ParentRecoveryPointArn }) => ParentRecoveryPointArn === arn);
    if (parts.some(({ ResourceType }) => ResourceType !== 'EKS'))
      throw new BackupRefusal('InvalidRequestException', 'The recovery point has nested recovery points');
    if (point.ParentRecoveryPointArn !== undefined && point.ResourceType === 'EKS')
      throw new BackupRefusal(
        'InvalidRequestException',
        'The state of a cluster cannot be deleted by itself',
      );
    this.points = this.points.filter((one) => one !== point && !parts.includes(one));
  }

  /** @throws BackupRefusal for a backup, a cluster or a role that is not there, and for more than five namespaces */
  async startRestore(request: Request): Promise<object> {
    const arn = String(request['RecoveryPointArn']);
    const metadata = (request['Metadata'] ?? {}) as Record<string, string | undefined>;
    const job = [...this.jobs.values()].find(({ RecoveryPointArn }) => RecoveryPointArn === arn);
    if (job === undefined || !this.points.some(({ RecoveryPointArn }) => RecoveryPointArn === arn))
      throw new BackupRefusal('ResourceNotFoundException', `Recovery point ${arn} not found`);
    const cluster = this.options.findCluster(metadata['clusterName'] ?? '');
    if (cluster === undefined)
      throw new BackupRefusal('InvalidParameterValueException', 'clusterName must be that of a cluster');
    const named = JSON.parse(metadata['namespaces'] ?? '[]') as string[];
    if (named.length > 5)
      throw new BackupRefusal('InvalidParameterValueException', 'up to 5 namespaces can be restored');
    await this.requireRole(String(request['IamRoleArn']));
    const restore: RestoreRecord = {
      RestoreJobId: `restore-${(this.restores.size + 1).toString().padStart(6, '0')}`,
      RecoveryPointArn: arn,
      Status: 'RUNNING',
      ResourceType: 'EKS',
    };
    this.restores.set(restore.RestoreJobId, restore);
    const scope = metadata['namespaceLevelRestore'] === 'true' ? { namespaces: named } : {};
    void this.restore(restore, job, cluster, scope);
    return { RestoreJobId: restore.RestoreJobId };
  }

  private async restore(
    restore: RestoreRecord,
    job: JobRecord,
    cluster: Pick<ControlPlane, 'client'>,
    scope: { namespaces?: readonly string[] },
  ): Promise<void> {
    try {
      const file = join(this.options.dir, `${job.BackupJobId}.json`);
      const objects = JSON.parse(await readFile(file, 'utf8')) as KubeObject[];
      const { failed } = await restoreState(cluster, objects, scope);
      restore.Status = 'COMPLETED';
      if (failed.length > 0)
        restore.StatusMessage = `One or more Kubernetes objects failed to restore: ${failed.join(', ')}`;
    } catch (error) {
      restore.Status = 'FAILED';
      restore.StatusMessage = String(error);
    }
  }

  describeRestore(id: string): object {
    const restore = this.restores.get(id);
    if (restore === undefined)
      throw new BackupRefusal('ResourceNotFoundException', `Restore job ${id} not found`);
    return restore;
  }
}
