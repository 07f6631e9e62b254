import { isDeepStrictEqual } from 'node:util';
import type { GrantPart, HeldObject } from '../core/access/diff';
import { userKey, type UserIdentity } from '../core/access/user-identity';
import { readWeek } from '../core/access/last-seen';
import { clusterRoleOf, roles, type Role } from '../core/access/roles';
import { managedByLabel } from '../core/naming';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { isAdmission } from './admission';
import { policySpecOf, roleBindingOf, seenAnnotation, userLabel } from './contributor';
import { KubernetesApiError, clusterUnreachable, isApiError } from '../adapters/kubernetes/api-error';
import type { ListOptions } from '../adapters/kubernetes/list-options';
import { currentIstioApi, discoverIstioApi, type IstioApi } from './istio-api';
import { resources } from '../adapters/kubernetes/resources';
import type { ObjectMeta, RoleBinding, SpecObject } from '../adapters/kubernetes/types';

/** An object with our label, reduced to what counts (a cluster may hold a hundred thousand of them). */
export interface HeldRecord {
  readonly part: GrantPart;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The label's value. */
  readonly key: string;
  /** The user that it names. */
  readonly email: string;
  readonly role: Role | undefined;
  /** The week that it remembers its user's last login of; a binding's alone. */
  readonly seen: string | undefined;
  /** Whether it gives anything to the user of its label, be it beside somebody else. */
  readonly namesUser: boolean;
  /** Whether it is just what we would make for the user and the role that it names. */
  readonly consistent: boolean;
}

/** Everything of ours that a read found, and what the cluster serves. */
export interface HeldAccess {
  readonly istio: IstioApi;
  readonly records: readonly HeldRecord[];
}

/** A record as one of a user's objects: intact only if it also names the user in today's spelling. */
export function heldBy(identity: UserIdentity, record: HeldRecord): HeldRecord & HeldObject {
  return { ...record, intact: record.consistent && record.email === identity.email };
}

/** What the two lists of a read answered with. */
export interface Versions {
  readonly binding: string;
  readonly policy: string;
}

/**
 * Reads what we hold in a cluster, and remembers which of Istio's kinds it serves.
 *
 * The first read, and every read after a change of our own, is consistent with etcd. The others ask for anything not
 * older than what was seen last: the API server answers from its cache at once, without the up to 100 ms that catching
 * up takes. It is the same cache, as fresh, from which RBAC itself decides (docs/adr/0032-reading-what-a-user-holds.md).
 */
export class HeldAccessReader {
  private istio: IstioApi | undefined;
  private seen: Versions | undefined;

  /**
   * Two reads: the bindings and the policies with our label. Two more, once, where the cluster does not serve the
   * current kind of policy.
   *
   * @param options `key`: only this user's, otherwise everybody's; `pageSize`: items per request, otherwise all in one
   * @throws KubernetesApiError where the cluster serves none of Istio's kinds
   */
  async read(
    client: KubernetesClient,
    options: { key?: string; pageSize?: number } = {},
  ): Promise<HeldAccess> {
    const query: ListOptions = {
      labelSelector: options.key === undefined ? userLabel : `${userLabel}=${options.key}`,
      pageSize: options.pageSize,
    };
    const [bindings, policies] = await Promise.all([
      client.reduceList(
        resources.roleBindings,
        { ...query, notOlderThan: options.key === undefined ? undefined : this.seen?.binding },
        bindingRecord,
      ),
      this.policies(
        client,
        {
          ...query,
          notOlderThan: options.key === undefined ? undefined : this.seen?.policy,
        },
        (record) => record,
      ),
    ]);
    this.seen = { binding: bindings.resourceVersion, policy: policies.resourceVersion };
    return { istio: policies.istio, records: [...bindings.items, ...policies.records] };
  }

  /**
   * The same for everybody, an object at a time: a page of each list is in memory, and what `take` keeps.
   *
   * @param at what an earlier call returned: the same objects again, whatever has happened meanwhile
   * @throws TransientError ClusterUnreachable where the API server does not keep that state any more
   */
  async each(
    client: KubernetesClient,
    { pageSize, at }: { pageSize: number; at?: Versions },
    take: (record: HeldRecord) => void,
  ): Promise<{ istio: IstioApi; versions: Versions }> {
    const query: ListOptions = { labelSelector: userLabel, pageSize };
    const takeBinding = (binding: RoleBinding): void => {
      take(bindingRecord(binding));
    };
    try {
      const [bindings, policies] = await Promise.all([
        client.reduceList(resources.roleBindings, { ...query, at: at?.binding }, takeBinding),
        this.policies(client, { ...query, at: at?.policy }, take),
      ]);
      const versions = { binding: bindings.resourceVersion, policy: policies.resourceVersion };
      this.seen = versions;
      return { istio: policies.istio, versions };
    } catch (error) {
      // The pages of one list took longer than the API server keeps what they are pages of.
      if (isApiError(error, 410)) throw clusterUnreachable('list what users hold', error);
      throw error;
    }
  }

  /**
   * Two reads: what has the label of what we made but not a user's, and where we are let in. Somebody took the user's
   * label away, or never had one; no read by user finds it.
   */
  async readUnkeyed(
    client: KubernetesClient,
    pageSize: number,
  ): Promise<{ records: readonly HeldRecord[]; admitted: ReadonlySet<string> }> {
    const labelSelector = `${managedByLabel.key}=${managedByLabel.value},!${userLabel}`;
    const admitted = new Set<string>();
    const [bindings, policies] = await Promise.all([
      client.reduceList(resources.roleBindings, { labelSelector, pageSize }, (binding) => {
        if (isAdmission(binding)) admitted.add(binding.metadata?.namespace ?? '');
        return bindingRecord(binding);
      }),
      this.policies(client, { labelSelector, pageSize }, (record) => record),
    ]);
    // Only what grants a role of Kubeflow is a grant of ours; what else the installation marks is not meant.
    const records = [...bindings.items, ...policies.records].filter(({ role }) => role !== undefined);
    return { records, admitted };
  }

  /** We changed something: the next read must see it. */
  changed(): void {
    this.seen = undefined;
  }

  private async policies<R = HeldRecord>(
    client: KubernetesClient,
    query: ListOptions,
    reduce: (record: HeldRecord) => R,
  ): Promise<{ istio: IstioApi; records: R[]; resourceVersion: string }> {
    const istio = this.istio ?? currentIstioApi;
    try {
      const list = await client.reduceList(istio.type, query, (object) =>
        reduce(policyRecord(istio, object)),
      );
      this.istio = istio;
      return { istio, records: list.items, resourceVersion: list.resourceVersion };
    } catch (error) {
      if (!isApiError(error, 404)) throw error;
    }
    const served = await discoverIstioApi(client);
    if (served === undefined || served.type.apiVersion === istio.type.apiVersion) {
      throw new KubernetesApiError(
        404,
        'NotFound',
        "the cluster serves none of Istio's access kinds; is Istio installed?",
      );
    }
    this.istio = served;
    return this.policies(client, { ...query, notOlderThan: undefined }, reduce);
  }
}

/** A RoleBinding's record. */
export function bindingRecord(binding: RoleBinding): HeldRecord {
  const role = roles.find((known) => clusterRoleOf(known) === binding.roleRef.name && isClusterRole(binding));
  const common = commonOf('binding', binding.metadata, binding.subjects?.[0]?.name);
  const wanted = roleBindingOf(common, { namespace: common.namespace, role: role ?? 'view' }, common.name);
  const consistent =
    role !== undefined &&
    isMarked(binding.metadata, common.email, role) &&
    isDeepStrictEqual(binding.subjects, wanted.subjects);
  const namesUser = (binding.subjects ?? []).some(({ name }) => isUserOf(name, common.key));
  return { ...common, role, namesUser, consistent };
}

/** A policy's record. */
export function policyRecord(istio: IstioApi, object: SpecObject): HeldRecord {
  const annotated = object.metadata?.annotations?.['role'];
  const role = roles.find((known) => known === annotated);
  const common = commonOf('policy', object.metadata, undefined);
  const consistent =
    role !== undefined &&
    isMarked(object.metadata, common.email, role) &&
    isDeepStrictEqual(object.spec, policySpecOf(istio, common.email));
  const namesUser = consistent || textsIn(object.spec).some((text) => isUserOf(text, common.key));
  return { ...common, role, namesUser, consistent };
}

function commonOf(part: GrantPart, metadata: ObjectMeta | undefined, subject: string | undefined) {
  return {
    part,
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    key: metadata?.labels?.[userLabel] ?? '',
    seen: readWeek(metadata?.annotations?.[seenAnnotation]),
    // A binding gives its rights to its subject, whatever its annotation says.
    email: subject ?? metadata?.annotations?.['user'] ?? '',
  };
}

/** The texts in a policy's spec that could be a user's e-mail, wherever somebody put them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('@') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function isUserOf(email: string, key: string): boolean {
  return userKey(email) === key;
}

function isClusterRole(binding: RoleBinding): boolean {
  return binding.roleRef.kind === 'ClusterRole';
}

function isMarked(metadata: ObjectMeta | undefined, email: string, role: Role): boolean {
  const { annotations = {}, labels = {} } = metadata ?? {};
  return (
    annotations['user'] === email &&
    annotations['role'] === role &&
    labels[managedByLabel.key] === managedByLabel.value &&
    labels[userLabel] === userKey(email)
  );
}
