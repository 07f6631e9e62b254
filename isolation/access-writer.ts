import type { GrantPart, Plan } from '../core/access/diff';
import type { Grant, Refusal } from '../core/access/grants';
import type { Identity } from '../core/access/identity';
import { bindingNames } from '../core/access/names';
import type { Role } from '../core/access/roles';
import type { TenantAdmission } from './admission';
import { bounded } from './bounded';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { policyOf, roleBindingOf } from './contributor';
import { isApiError, isNamespaceTerminating } from '../adapters/kubernetes/errors';
import { bindingRecord, heldBy, policyRecord, type HeldRecord } from './held-access';
import type { IstioApi } from './istio-api';
import { resources, type ResourceType } from '../adapters/kubernetes/resources';
import type { AnyObject, RoleBinding, SpecObject } from '../adapters/kubernetes/types';

/** Writes under way at a time: enough to fill one connection, few enough to leave the API server room for others. */
export const writesAtATime = 32;

/** One object that was changed. */
export interface Change {
  readonly action: 'create' | 'repair' | 'remove';
  readonly part: GrantPart | 'profile';
  readonly namespace: string;
  readonly role: Role | undefined;
}

/** One object that could not be changed, and may be at the next try. */
export interface Failure extends Change {
  /** Kind of failure, without any names: `Forbidden`, `ClusterUnreachable`, … */
  readonly reason: string;
  /** What the API server said; may contain names made of e-mails. */
  readonly message: string;
}

/** What became of a plan. */
export interface WriteReport {
  readonly changes: Change[];
  readonly refusals: Refusal[];
  readonly failures: Failure[];
}

/** Carries out plans for one cluster. */
export class AccessWriter {
  private readonly client: KubernetesClient;
  private readonly istio: IstioApi;
  private readonly admission: TenantAdmission;
  private readonly emailDomains: readonly string[];

  constructor(options: {
    client: KubernetesClient;
    istio: IstioApi;
    admission: TenantAdmission;
    emailDomains: readonly string[];
  }) {
    this.client = options.client;
    this.istio = options.istio;
    this.admission = options.admission;
    this.emailDomains = options.emailDomains;
  }

  /**
   * Applies one user's plan: all objects side by side, revocations first in the queue. Never throws for a single
   * object: what failed is in the report, and the next run finds and mends it.
   */
  async apply(
    identity: Identity,
    plan: Plan<HeldRecord & { intact: boolean }>,
    atATime: number = writesAtATime,
  ): Promise<WriteReport> {
    const report: WriteReport = { changes: [], refusals: [], failures: [] };
    const removals = new Map<string, Promise<void>>();
    const attempt = async (change: Change, write: () => Promise<void>) => {
      try {
        await this.admission.within(this.client, change.namespace, write);
        report.changes.push(change);
      } catch (error) {
        const refusal = refusalOf(error, change.namespace);
        if (refusal === undefined) report.failures.push(failureOf(change, error));
        // An object in a namespace that is going away is going away with it.
        else if (change.action !== 'remove') report.refusals.push(refusal);
      }
    };
    await bounded(atATime, [
      ...plan.remove.map((held) => () => {
        const change: Change = {
          action: 'remove',
          part: held.part,
          namespace: held.namespace,
          role: held.role,
        };
        const removal = attempt(change, () => this.remove(held));
        removals.set(slotOf(held.part, held.namespace, held.name), removal);
        return removal;
      }),
      ...plan.repair.map(({ held, grant }) => () => {
        const change: Change = { action: 'repair', part: held.part, ...placeOf(grant) };
        return attempt(change, () => this.repair(identity, held, grant));
      }),
      ...plan.create.map(({ part, grant }) => async () => {
        const change: Change = { action: 'create', part, ...placeOf(grant) };
        const names = bindingNames(identity.email, grant.role, this.emailDomains);
        // What has our label under this very name but grants something else must be gone first.
        await removals.get(slotOf(part, grant.namespace, names.preferred));
        return attempt(change, () =>
          this.create(identity, part, grant, [names.preferred, names.alternative]),
        );
      }),
    ]);
    return report;
  }

  /**
   * A create, not an apply: where somebody else has an object of that name, an apply would make it ours if it happened
   * to say the same (a contributor made in the dashboard), and a later revocation would delete it.
   */
  private async create(
    identity: Identity,
    part: GrantPart,
    grant: Grant,
    names: readonly string[],
  ): Promise<void> {
    for (const name of new Set(names)) {
      try {
        await this.of(part, (type, object) => this.client.create(type, object), identity, grant, name);
        return;
      } catch (error) {
        if (!isApiError(error, 409) || error.reason !== 'AlreadyExists') throw error;
      }
      const existing = await this.find(part, grant.namespace, name);
      // Gone again in the meantime: the next run will see.
      if (existing === undefined)
        throw new Error('an object of the same name came and went; it is tried again');
      if (existing.key === identity.key) {
        // Another login of the same user, or this very request before its answer was lost.
        if (existing.role !== grant.role || !heldBy(identity, existing).intact) {
          await this.repair(identity, existing, grant);
        }
        return;
      }
    }
    throw new NameTaken(
      `objects named ${names.join(' and ')} in ${grant.namespace} are not ours; delete or rename them`,
    );
  }

  private async repair(identity: Identity, held: HeldRecord, grant: Grant): Promise<void> {
    const repaired = await this.of(
      held.part,
      async (type, object) => {
        const withUid = { ...object, metadata: { ...object.metadata, uid: held.uid } };
        return this.client.apply(type, withUid, { force: true });
      },
      identity,
      grant,
      held.name,
    );
    if (heldBy(identity, this.record(held.part, repaired)).intact) return;
    // Apply leaves alone what others added (a second rule in a policy's spec, say); only a new object is without it.
    await this.remove(held);
    await this.create(identity, held.part, grant, [held.name]);
  }

  private async remove(held: HeldRecord): Promise<void> {
    try {
      await this.client.delete(this.type(held.part), held, { uid: held.uid });
    } catch (error) {
      // Another object stands there now; the one we meant is gone.
      if (!isApiError(error, 409)) throw error;
    }
  }

  private async find(part: GrantPart, namespace: string, name: string): Promise<HeldRecord | undefined> {
    const object = await this.client.get(this.type(part), { namespace, name });
    return object === undefined ? undefined : this.record(part, object);
  }

  private of(
    part: GrantPart,
    write: <T extends AnyObject>(type: ResourceType<T>, object: T) => Promise<T>,
    identity: Identity,
    grant: Grant,
    name: string,
  ): Promise<AnyObject> {
    return part === 'binding'
      ? write(resources.roleBindings, roleBindingOf(identity, grant, name))
      : write(this.istio.type, policyOf(this.istio, identity, grant, name));
  }

  private type(part: GrantPart): ResourceType {
    return part === 'binding' ? resources.roleBindings : this.istio.type;
  }

  private record(part: GrantPart, object: AnyObject): HeldRecord {
    return part === 'binding'
      ? bindingRecord(object as RoleBinding)
      : policyRecord(this.istio, object as SpecObject);
  }
}

/** Somebody else has both names that an object could have. */
class NameTaken extends Error {}

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

/** What is reported of a change that did not come about. */
export function failureOf(change: Change, error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : 'Unknown';
  return { ...change, message, reason: isApiError(error) ? error.reason : name };
}

function placeOf({ namespace, role }: Grant): Grant {
  return { namespace, role };
}

function slotOf(part: GrantPart, namespace: string, name: string): string {
  return `${part}/${namespace}/${name}`;
}
