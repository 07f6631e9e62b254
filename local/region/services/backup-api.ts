import { isDeepStrictEqual } from 'node:util';
import type { HttpParts } from '../gateway/aws-request';
import { awsError, type AwsResponse, type ServiceHandler } from '../gateway/gateway';
import { answer, bodyOf } from '../overlays/rest-json';
import { findRoute } from '../iam/rest-routes';
import { BackupJobs, type BackupJobsOptions } from './backup-jobs-of-clusters';
import {
  BackupRefusal,
  type PlanDocument,
  type PlanRecord,
  type SelectionRecord,
  type Tags,
  type VaultRecord,
} from './backup-records';

type Request = Readonly<Record<string, unknown>> & { readonly parts: Readonly<Record<string, string>> };

const seconds = (): number => Date.now() / 1000;

/**
 * AWS Backup, as far as it backs up clusters: vaults, plans and selections, backups and restores begun by hand. moto has no
 * selections, jobs and backups. Schedules do not fire.
 */
export class BackupApi {
  private readonly vaults = new Map<string, VaultRecord>();
  private readonly plans = new Map<string, PlanRecord>();
  /** Ids of plans that were deleted, by the request ids with which they were made. */
  private readonly formerPlans = new Map<string, string>();
  private readonly tags = new Map<string, Tags>();
  private optedIn: Record<string, boolean> = { EKS: true, EBS: true, EFS: true };
  private readonly jobs: BackupJobs;
  private made = 0;

  constructor(private readonly options: BackupJobsOptions) {
    this.jobs = new BackupJobs(options);
  }

  readonly handler: ServiceHandler = async (_request, http) => {
    const { pathname, searchParams } = new URL(http.url, 'http://localhost');
    const found = findRoute('backup', http.method, pathname);
    if (found === undefined) return undefined;
    const operation = this.operations[found.route.operation];
    if (operation === undefined) return undefined;
    try {
      const request = { ...Object.fromEntries(searchParams), ...bodyOf(http), parts: found.parts };
      return answer((await operation(request)) ?? {});
    } catch (error) {
      return refusalOf(error, http);
    }
  };

  /** The tags of a vault, a plan or a backup; none of what is not there. */
  tagsOf(arn: string): Tags {
    return this.tags.get(arn) ?? {};
  }

  private readonly operations: Readonly<
    Record<string, (request: Request) => object | undefined | Promise<object | undefined>>
  > = {
    DescribeRegionSettings: () => ({ ResourceTypeOptInPreference: this.optedIn }),
    UpdateRegionSettings: ({ ResourceTypeOptInPreference: wanted }) => {
      this.optedIn = { ...this.optedIn, ...(wanted as Record<string, boolean>) };
      return undefined;
    },
    CreateBackupVault: (request) => this.createVault(request),
    ListBackupVaults: () => ({
      BackupVaultList: [...this.vaults.values()].map((vault) => ({
        ...vault,
        NumberOfRecoveryPoints: this.jobs.pointsIn(vault.BackupVaultName).length,
      })),
    }),
    DeleteBackupVault: ({ parts: { vault = '' } }) => {
      const { BackupVaultArn: arn } = this.vaultOf(vault);
      if (this.jobs.pointsIn(vault).length > 0)
        throw new BackupRefusal('InvalidRequestException', `Backup vault ${vault} contains recovery points`);
      this.vaults.delete(vault);
      this.tags.delete(arn);
      return undefined;
    },
    CreateBackupPlan: (request) => this.createPlan(request),
    ListBackupPlans: () => ({
      BackupPlansList: [...this.plans.values()].map(({ BackupPlan, selections: _, isLate: __, ...plan }) => ({
        ...plan,
        BackupPlanName: BackupPlan.BackupPlanName,
      })),
    }),
    GetBackupPlan: ({ parts: { plan = '' } }) => {
      const { selections: _, isLate: __, ...found } = this.planOf(plan);
      return found;
    },
    UpdateBackupPlan: ({ parts: { plan = '' }, BackupPlan }) => {
      const found = this.planOf(plan);
      found.BackupPlan = checkedPlan(BackupPlan as PlanDocument);
      found.VersionId = this.nextId('version');
      return { BackupPlanId: found.BackupPlanId, VersionId: found.VersionId };
    },
    DeleteBackupPlan: ({ parts: { plan = '' } }) => {
      const found = this.planOf(plan);
      if (found.selections.length > 0)
        throw new BackupRefusal(
          'InvalidRequestException',
          'Related backup plan selections must be deleted prior to backup plan deletion',
        );
      // What was just taken from it is seen for a while (terraform-provider-aws, `internal/service/backup/plan.go`): here once.
      if (found.isLate === true) {
        found.isLate = false;
        throw new BackupRefusal(
          'InvalidRequestException',
          'Related backup plan selections must be deleted prior to backup plan deletion',
        );
      }
      this.plans.delete(plan);
      // Versions of it stay (developer guide, "Delete a backup plan"), and so its request id, assumed.
      if (found.CreatorRequestId !== undefined) this.formerPlans.set(found.CreatorRequestId, plan);
      this.tags.delete(found.BackupPlanArn);
      return { BackupPlanId: plan };
    },
    CreateBackupSelection: async ({ parts: { plan = '' }, BackupSelection: given }) => {
      const found = this.planOf(plan);
      const selection = given as Omit<SelectionRecord, 'SelectionId'>;
      const same = found.selections.find(({ SelectionName }) => SelectionName === selection.SelectionName);
      if (same !== undefined)
        throw new BackupRefusal('AlreadyExistsException', `Selection ${same.SelectionName} already exists`);
      await this.jobs.requireRole(selection.IamRoleArn);
      const made = { ...selection, SelectionId: this.nextId('selection') };
      found.selections.push(made);
      return { SelectionId: made.SelectionId, BackupPlanId: plan };
    },
    ListBackupSelections: ({ parts: { plan = '' } }) => ({
      BackupSelectionsList: this.planOf(plan).selections.map(({ Resources: _, ...rest }) => rest),
    }),
    GetBackupSelection: ({ parts: { plan = '', selection = '' } }) => ({
      BackupSelection: this.selectionOf(plan, selection),
      BackupPlanId: plan,
      SelectionId: selection,
    }),
    DeleteBackupSelection: ({ parts: { plan = '', selection = '' } }) => {
      this.selectionOf(plan, selection);
      const found = this.planOf(plan);
      found.selections = found.selections.filter(({ SelectionId: id }) => id !== selection);
      found.isLate = true;
      return undefined;
    },
    StartBackupJob: async (request) => {
      this.vaultOf(String(request['BackupVaultName']));
      if (this.optedIn['EKS'] !== true)
        throw new BackupRefusal('InvalidRequestException', 'The resource type EKS is not opted in.');
      const job = await this.jobs.start(request);
      this.tags.set(job.RecoveryPointArn, { ...(request['RecoveryPointTags'] as Tags | undefined) });
      return { BackupJobId: job.BackupJobId, RecoveryPointArn: job.RecoveryPointArn, IsParent: true };
    },
    DescribeBackupJob: ({ parts: { job = '' } }) => this.jobs.describe(job),
    ListRecoveryPointsByBackupVault: ({ parts: { vault = '' } }) => ({
      RecoveryPoints: this.jobs.pointsIn(this.vaultOf(vault).BackupVaultName),
    }),
    DeleteRecoveryPoint: ({ parts: { vault = '', point = '' } }) => {
      this.jobs.deletePoint(this.vaultOf(vault).BackupVaultName, point);
      this.tags.delete(point);
      return undefined;
    },
    StartRestoreJob: async (request) => this.jobs.startRestore(request),
    DescribeRestoreJob: ({ parts: { job = '' } }) => this.jobs.describeRestore(job),
    ListTags: ({ parts: { arn = '' } }) => ({ Tags: this.tagsOf(arn) }),
    TagResource: ({ parts: { arn = '' }, Tags: given }) => {
      this.tags.set(arn, { ...this.tagsOf(arn), ...(given as Tags) });
      return undefined;
    },
  };

  private createVault({ parts: { vault: name = '' }, ...request }: Request): object {
    // API reference, CreateBackupVault.
    if (!/^[a-zA-Z0-9_-]{2,50}$/.test(name))
      throw new BackupRefusal('InvalidParameterValueException', `Invalid backup vault name: ${name}`);
    if (this.vaults.has(name))
      throw new BackupRefusal('AlreadyExistsException', 'Backup vault with the same name already exists');
    const vault: VaultRecord = {
      BackupVaultName: name,
      BackupVaultArn: this.arn(`backup-vault:${name}`),
      EncryptionKeyArn: String(request['EncryptionKeyArn']),
      CreationDate: seconds(),
    };
    this.vaults.set(name, vault);
    this.tags.set(vault.BackupVaultArn, { ...(request['BackupVaultTags'] as Tags | undefined) });
    return vault;
  }

  private createPlan(request: Request): object {
    const document = checkedPlan(request['BackupPlan'] as PlanDocument);
    const token = request['CreatorRequestId'] as string | undefined;
    const repeated = [...this.plans.values()].find(
      ({ CreatorRequestId }) => token !== undefined && CreatorRequestId === token,
    );
    if (repeated !== undefined) return { BackupPlanId: repeated.BackupPlanId };
    const former = token === undefined ? undefined : this.formerPlans.get(token);
    if (former !== undefined) return { BackupPlanId: former };
    if ([...this.plans.values()].some(({ BackupPlan }) => isDeepStrictEqual(BackupPlan, document)))
      throw new BackupRefusal(
        'AlreadyExistsException',
        'Backup plan with the same plan document already exists',
      );
    const id = this.nextId('plan');
    const plan: PlanRecord = {
      BackupPlanId: id,
      BackupPlanArn: this.arn(`backup-plan:${id}`),
      VersionId: this.nextId('version'),
      ...(token !== undefined && { CreatorRequestId: token }),
      CreationDate: seconds(),
      BackupPlan: document,
      selections: [],
    };
    this.plans.set(id, plan);
    this.tags.set(plan.BackupPlanArn, { ...(request['BackupPlanTags'] as Tags | undefined) });
    return { BackupPlanId: id, BackupPlanArn: plan.BackupPlanArn, VersionId: plan.VersionId };
  }

  private vaultOf(name: string): VaultRecord {
    const vault = this.vaults.get(name);
    if (vault === undefined)
      throw new BackupRefusal('ResourceNotFoundException', `Backup vault ${name} not found`);
    return vault;
  }

  private planOf(id: string): PlanRecord {
    const plan = this.plans.get(id);
    if (plan === undefined)
      throw new BackupRefusal('ResourceNotFoundException', 'Failed reading Backup plan with provided id');
    return plan;
  }

  private selectionOf(planId: string, id: string): SelectionRecord {
    const found = this.planOf(planId).selections.find(({ SelectionId }) => SelectionId === id);
    if (found === undefined)
      throw new BackupRefusal('ResourceNotFoundException', `Selection ${id} not found`);
    return found;
  }

  private arn(resource: string): string {
    return `arn:aws:backup:${this.options.region}:${this.options.accountId}:${resource}`;
  }

  /** The same after a restart, when what was asked for is asked for again. */
  private nextId(kind: string): string {
    this.made += 1;
    return `${kind}-${this.made.toString().padStart(6, '0')}`;
  }
}

/** API reference, BackupRuleInput: a start window has at least 60 minutes. */
function checkedPlan(document: PlanDocument): PlanDocument {
  const short = document.Rules.find(({ StartWindowMinutes: minutes = 60 }) => minutes < 60);
  if (short !== undefined)
    throw new BackupRefusal(
      'InvalidParameterValueException',
      `Invalid start window of rule ${short.RuleName}: it must be at least 60 minutes`,
    );
  return document;
}

function refusalOf(error: unknown, http: HttpParts): AwsResponse {
  if (!(error instanceof BackupRefusal)) throw error;
  return awsError(http, { status: 400, code: error.code, message: error.message });
}
