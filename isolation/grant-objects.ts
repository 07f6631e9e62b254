import type { GrantPart } from '../core/access/diff';
import type { Grant } from '../core/access/grants';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { isApiError } from '../adapters/kubernetes/api-error';
import { resources, type ResourceType } from '../adapters/kubernetes/resources';
import type { AnyObject, RoleBinding, SpecObject } from '../adapters/kubernetes/types';
import { policyOf, roleBindingOf, type Holder } from './contributor';
import { bindingRecord, heldBy, policyRecord, type HeldRecord } from './held-access';
import type { IstioApi } from './istio-api';

/** Somebody else has both names that an object could have. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
}

/** Makes, repairs and removes single objects of grants. */
export class GrantObjects {
  private readonly client: KubernetesClient;
  private readonly istio: IstioApi;

  constructor({ client, istio }: { client: KubernetesClient; istio: IstioApi }) {
    this.client = client;
    this.istio = istio;
  }

  /**
   * A create, not an apply: where somebody else has an object of that name, an apply would make it ours if it happened
   * to say the same (a contributor made in the dashboard), and a later revocation would delete it.
   *
   * @throws NameTaken where others have all the names
   */
  async create(holder: Holder, part: GrantPart, grant: Grant, names: readonly string[]): Promise<void> {
    for (const name of new Set(names)) {
      const existing = await this.createUnlessThere(holder, part, grant, name);
      if (existing === undefined) return;
      if (existing.key !== holder.key) continue;
      if (existing.role !== grant.role) {
        // A role cannot be changed. It has our mark and nobody wants it: what else has it was removed before.
        await this.remove(existing);
        const again = await this.createUnlessThere(holder, part, grant, name);
        if (again === undefined) return;
        throw new Error('an object of the same name came in between; it is tried again');
      }
      // Another login of the same user, or this very request before its answer was lost.
      if (!heldBy(holder, existing).intact) await this.repair(holder, existing, grant);
      return;
    }
    throw new NameTaken(
      `objects named ${names.join(' and ')} in ${grant.namespace} are not ours; delete or rename them`,
    );
  }

  async repair(holder: Holder, held: HeldRecord, grant: Grant): Promise<void> {
    const repaired = await this.of(
      held.part,
      async (type, object) => {
        const withUid = { ...object, metadata: { ...object.metadata, uid: held.uid } };
        return this.client.apply(type, withUid, { force: true });
      },
      holder,
      grant,
      held.name,
    );
    if (heldBy(holder, this.record(held.part, repaired)).intact) return;
    // Apply leaves alone what others added (a second rule in a policy's spec, say); only a new object is without it.
    await this.remove(held);
    await this.create(holder, held.part, grant, [held.name]);
  }

  async remove(held: HeldRecord): Promise<void> {
    try {
      await this.client.delete(this.type(held.part), held, { uid: held.uid });
    } catch (error) {
      // Another object stands there now; the one we meant is gone.
      if (!isApiError(error, 409)) throw error;
    }
  }

  /** @returns what is there of that name already, or `undefined` where the object was made */
  private async createUnlessThere(
    holder: Holder,
    part: GrantPart,
    grant: Grant,
    name: string,
  ): Promise<HeldRecord | undefined> {
    try {
      await this.of(part, (type, object) => this.client.create(type, object), holder, grant, name);
      return undefined;
    } catch (error) {
      if (!isApiError(error, 409) || error.reason !== 'AlreadyExists') throw error;
    }
    const object = await this.client.get(this.type(part), { namespace: grant.namespace, name });
    // Gone again in the meantime: the next run will see.
    if (object === undefined) throw new Error('an object of the same name came and went; it is tried again');
    return this.record(part, object);
  }

  private of(
    part: GrantPart,
    write: <T extends AnyObject>(type: ResourceType<T>, object: T) => Promise<T>,
    holder: Holder,
    grant: Grant,
    name: string,
  ): Promise<AnyObject> {
    return part === 'binding'
      ? write(resources.roleBindings, roleBindingOf(holder, grant, name))
      : write(this.istio.type, policyOf(this.istio, holder, grant, name));
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
