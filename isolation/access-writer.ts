import type { GrantPart, AccessChanges } from '../core/access/diff';
import type { Grant, Refusal } from '../core/access/grants';
import { bindingNames } from '../core/access/names';
import type { TenantAdmission } from './admission';
import { bounded } from './bounded';
import type { Holder } from './contributor';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { isNamespaceTerminating } from '../adapters/kubernetes/api-error';
import { failureOf, type Change, type Failure } from './write-failures';
import { GrantObjects, NameTaken } from './grant-objects';
import type { HeldRecord } from './held-access';
import type { IstioApi } from './istio-api';
import type { SeenNote } from './seen-weeks';

/** Writes under way at a time: enough to fill one connection, few enough to leave the API server room for others. */
export const writesAtATime = 32;

/** What became of changes. */
export interface WriteReport {
  readonly changes: Change[];
  readonly refusals: Refusal[];
  readonly failures: Failure[];
}

/** Bounds of carrying out changes. */
export interface WriteLimits {
  /** Writes under way at a time. Default {@link writesAtATime}. */
  readonly atATime?: number;
  /** Objects to remove that have the user's mark and name somebody else; the others are reported. Default: all. */
  readonly foreignRemovals?: number;
  /** Bindings that stand as they should, and are written to remember the holder's week: no change of access. */
  readonly notes?: readonly SeenNote[];
}

/** Carries out plans for one cluster. */
export class AccessWriter {
  private readonly client: KubernetesClient;
  private readonly objects: GrantObjects;
  private readonly admission: TenantAdmission;
  private readonly emailDomains: readonly string[];

  constructor(options: {
    client: KubernetesClient;
    istio: IstioApi;
    admission: TenantAdmission;
    emailDomains: readonly string[];
  }) {
    this.client = options.client;
    this.objects = new GrantObjects(options);
    this.admission = options.admission;
    this.emailDomains = options.emailDomains;
  }

  /**
   * Applies one user's changes: all objects side by side, revocations first in the queue, the user's own before others.
   * Never throws for a single object: what failed is in the report, and the next run finds and mends it.
   */
  async apply(
    holder: Holder,
    changes: AccessChanges<HeldRecord & { intact: boolean }>,
    { atATime = writesAtATime, foreignRemovals = Infinity, notes = [] }: WriteLimits = {},
  ): Promise<WriteReport> {
    const report: WriteReport = { changes: [], refusals: [], failures: [] };
    const removals = new Map<string, Promise<void>>();
    const attempt = async (change: Change, write: () => Promise<void>, leavesAccess = false) => {
      try {
        await this.admission.within(this.client, change.namespace, write);
        report.changes.push(change);
      } catch (error) {
        const refusal = refusalOf(error, change.namespace);
        if (refusal === undefined) report.failures.push(failureOf(change, error, leavesAccess));
        // An object in a namespace that is going away is going away with it.
        else if (change.action !== 'remove') report.refusals.push(refusal);
      }
    };
    const own = changes.remove.filter(({ namesUser }) => namesUser);
    const others = changes.remove.filter(({ namesUser }) => !namesUser);
    for (const held of others.slice(foreignRemovals))
      report.failures.push(failureOf(removalOf(held), new TooManyObjects()));
    await bounded(atATime, [
      ...[...own, ...others.slice(0, foreignRemovals)].map((held) => () => {
        const removal = attempt(removalOf(held), () => this.objects.remove(held), held.namesUser);
        removals.set(slotOf(held.part, held.namespace, held.name), removal);
        return removal;
      }),
      ...changes.repair.map(({ held, grant }) => () => {
        const change: Change = { action: 'repair', part: held.part, ...placeOf(grant) };
        return attempt(change, () => this.objects.repair(holder, held, grant));
      }),
      ...notes.map(({ held, grant }) => async () => {
        try {
          const note = () => this.objects.repair(holder, held, grant);
          await this.admission.within(this.client, held.namespace, note);
        } catch (error) {
          report.failures.push(failureOf({ action: 'repair', part: held.part, ...placeOf(grant) }, error));
        }
      }),
      ...changes.create.map(({ part, grant }) => async () => {
        const change: Change = { action: 'create', part, ...placeOf(grant) };
        const { preferred, alternative } = bindingNames(holder.email, grant.role, this.emailDomains);
        // What has our label under this very name but grants something else must be gone first.
        await removals.get(slotOf(part, grant.namespace, preferred));
        return attempt(change, () => this.objects.create(holder, part, grant, [preferred, alternative]));
      }),
    ]);
    return report;
  }
}

/** More objects than one login takes away; the re-sync takes all. */
class TooManyObjects extends Error {
  override readonly name = 'TooManyObjects';
  override readonly message = 'too many objects with the mark of this user name somebody else';
}

function refusalOf(error: unknown, namespace: string): Refusal | undefined {
  if (error instanceof NameTaken) return { reason: 'NameTaken', namespace, message: error.message };
  if (isNamespaceTerminating(error)) {
    return {
      reason: 'NamespaceTerminating',
      namespace,
      message: `the namespace ${namespace} is being deleted`,
    };
  }
  return undefined;
}

function removalOf({ part, namespace, role }: HeldRecord): Change {
  return { action: 'remove', part, namespace, role };
}

function placeOf({ namespace, role }: Grant): Grant {
  return { namespace, role };
}

function slotOf(part: GrantPart, namespace: string, name: string): string {
  return `${part}/${namespace}/${name}`;
}
