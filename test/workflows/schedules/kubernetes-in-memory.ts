import type { TransportRequest, TransportResponse } from '../../../adapters/kubernetes/transport';
import { ObjectsInMemory, type StoredObject } from './objects-in-memory';

/** Which kinds there are, by the path of their collection; `true` where they are in namespaces. */
const kinds: Readonly<Record<string, { readonly kind: string; readonly namespaced: boolean }>> = {
  '/api/v1/namespaces': { kind: 'Namespace', namespaced: false },
  '/apis/kubeflow.org/v1/profiles': { kind: 'Profile', namespaced: false },
  '/apis/rbac.authorization.k8s.io/v1/rolebindings': { kind: 'RoleBinding', namespaced: true },
  '/apis/security.istio.io/v1/authorizationpolicies': { kind: 'AuthorizationPolicy', namespaced: true },
};

/** Fields that cannot be changed once they are there; the answer is 422. */
const immutable: Readonly<Record<string, string>> = { RoleBinding: 'roleRef' };

/** Where a request goes. */
interface Address {
  readonly collection: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

interface Query {
  readonly get: (name: string) => string | null;
}

/**
 * The part of the Kubernetes API on which isolation stands (`isolation/`): namespaces, Profiles, RoleBindings and
 * AuthorizationPolicies; reads, lists with label selectors, pages and versions, watches, creates, merge patches and
 * server-side applies by force, deletions, and uids as preconditions of the latter three. Each request is carried out in one
 * piece. What is asked for beyond that is a defect of the test and throws; `kubernetes-in-memory.test.ts` holds this against
 * the real API server.
 */
export class KubernetesInMemory {
  readonly objects: ObjectsInMemory;

  /** @param staleness how old, in milliseconds, a list may be that need not be of the latest version */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly staleness: () => number = () => 0,
  ) {
    this.objects = new ObjectsInMemory(now);
  }

  /** @throws Error where a watch is ended by its signal */
  serve(request: TransportRequest): TransportResponse | Promise<TransportResponse> {
    const url = new URL(request.path, 'https://cluster');
    const address = addressOf(url.pathname);
    if (address === undefined) return refuse(404, 'NotFound', `${url.pathname} is not served`);
    const query = url.searchParams;
    if (query.get('watch') === 'true') return this.watch(address, query, request);
    if (request.method === 'GET')
      return address.name === undefined ? this.list(address, request) : this.get(address);
    const body = JSON.parse(request.body ?? '{}') as Record<string, never>;
    const manager = query.get('fieldManager') ?? '';
    if (request.method === 'POST') return this.create(address, body as unknown as StoredObject, manager);
    if (request.method === 'DELETE') return this.delete(address, body);
    switch (request.headers['content-type']) {
      case 'application/merge-patch+json':
        return this.merge(address, body, manager);
      case 'application/apply-patch+yaml':
        return this.apply(address, body as unknown as StoredObject, manager, query);
      default:
        throw new Error(`the model takes no ${String(request.headers['content-type'])}`);
    }
  }

  /** As the namespace controller ends a deletion: with all that is in the namespace. */
  finishNamespace(name: string): void {
    for (const { collection } of namespacedCollections())
      for (const { metadata } of this.objects.list(keyOf({ collection, kind: '', namespace: name })))
        this.objects.delete(keyOf({ collection, kind: '', ...metadata }));
    this.objects.delete(keyOf({ collection: '/api/v1/namespaces', kind: '', name }));
  }

  private get(address: Address): TransportResponse {
    const found = this.objects.get(keyOf(address));
    return found === undefined ? notFound(address) : answer(200, found);
  }

  private list(address: Address, { path, headers }: TransportRequest): TransportResponse {
    const query = new URL(path, 'https://cluster').searchParams;
    const limit = Number(query.get('limit') ?? 0);
    const token = query.get('continue');
    const goesOn = token === null ? undefined : (JSON.parse(token) as { version: number; from: number });
    const version = goesOn?.version ?? this.versionFor(query.get('resourceVersion'));
    const selected = selectorOf(query.get('labelSelector') ?? '');
    const found = this.objects
      .list(keyOf(address), version)
      .filter(({ metadata }) => selected(metadata.labels ?? {}));
    const from = goesOn?.from ?? 0;
    const items = found.slice(from, limit === 0 ? undefined : from + limit);
    const more = from + items.length < found.length;
    const isPartial = String(headers['accept']).includes('as=PartialObjectMetadataList');
    return answer(200, {
      metadata: {
        resourceVersion: version.toString(),
        ...(more && { continue: JSON.stringify({ version, from: from + items.length }) }),
      },
      items: items.map((item) => (isPartial ? { metadata: item.metadata } : listed(address, item))),
    });
  }

  /** Without a version the latest; with one any that is not older: as a cache that lags behind has it. */
  private versionFor(asked: string | null): number {
    if (asked === null) return this.objects.latestVersion();
    return Math.max(Number(asked), this.objects.versionAt(this.now() - this.staleness()));
  }

  private watch(address: Address, query: Query, request: TransportRequest): Promise<TransportResponse> {
    return new Promise((_, reject) => {
      const since = Number(query.get('resourceVersion'));
      const tell = (type: string, object: StoredObject): void => {
        if (!request.signal.aborted) request.onData?.(`${JSON.stringify({ type, object })}\n`);
      };
      let end: () => void = () => undefined;
      const abort = (): void => {
        end();
        reject(new Error('the watch was ended'));
      };
      request.signal.addEventListener('abort', abort, { once: true });
      // From version 0 on means: what there is, and then what changes.
      if (since === 0) for (const object of this.objects.list(keyOf(address))) tell('ADDED', object);
      end = this.objects.watch(keyOf(address), since === 0 ? this.objects.latestVersion() : since, tell);
      if (request.signal.aborted) abort();
    });
  }

  private create(address: Address, object: StoredObject, manager: string): TransportResponse {
    const named = { ...address, name: object.metadata.name };
    const away = this.namespaceProblem(address);
    // The API server looks for the namespace before it looks for the object.
    if (away !== undefined) return away;
    if (this.objects.get(keyOf(named)) !== undefined)
      return refuse(409, 'AlreadyExists', `${address.kind} ${named.name} already exists`);
    return answer(201, this.objects.create(keyOf(named), object, `${manager}/Update`));
  }

  private apply(address: Address, object: StoredObject, manager: string, query: Query): TransportResponse {
    if (query.get('force') !== 'true') throw new Error('the model applies by force only');
    const key = keyOf(address);
    const { uid } = object.metadata;
    const was = this.objects.get(key);
    if (was === undefined) {
      if (uid !== undefined) return conflict(address);
      const away = this.namespaceProblem(address);
      return away ?? answer(201, this.objects.create(key, object, `${manager}/Apply`));
    }
    const fixed = unchangeable(address, was, object);
    if (fixed !== undefined) return invalid(address, fixed);
    return answer(200, this.objects.apply(key, was, object, `${manager}/Apply`));
  }

  private merge(
    address: Address,
    change: Readonly<Record<string, unknown>>,
    manager: string,
  ): TransportResponse {
    const key = keyOf(address);
    const was = this.objects.get(key);
    if (was === undefined) return notFound(address);
    const is = merged(was, change) as StoredObject;
    const fixed = unchangeable(address, was, is);
    if (fixed !== undefined) return invalid(address, fixed);
    return answer(200, this.objects.update(key, was, is, `${manager}/Update`));
  }

  private delete(address: Address, options: { preconditions?: { uid?: string } }): TransportResponse {
    const key = keyOf(address);
    const was = this.objects.get(key);
    if (was === undefined) return notFound(address);
    const { uid } = options.preconditions ?? {};
    if (uid !== undefined && uid !== was.metadata.uid) return conflict(address);
    if (address.kind === 'Namespace') {
      const deletionTimestamp = was.metadata.deletionTimestamp ?? new Date(this.now()).toISOString();
      const is = { ...was, metadata: { ...was.metadata, deletionTimestamp } };
      return answer(200, this.objects.update(key, was, is, 'server/Update'));
    }
    this.objects.delete(key);
    return answer(200, { kind: 'Status', status: 'Success' });
  }

  /** Nothing is made in a namespace that is not there or is going away. */
  private namespaceProblem({ namespace }: Address): TransportResponse | undefined {
    if (namespace === undefined) return undefined;
    const found = this.objects.get(keyOf({ collection: '/api/v1/namespaces', kind: '', name: namespace }));
    if (found === undefined) return refuse(404, 'NotFound', `namespaces "${namespace}" not found`);
    if (found.metadata.deletionTimestamp === undefined) return undefined;
    return refuse(403, 'Forbidden', `${namespace} is being terminated`, ['NamespaceTerminating']);
  }
}

/** Of the API server's own kinds a list names kind and version once, of kinds that a CRD defines each item does. */
function listed({ collection }: Address, item: StoredObject): object {
  if (!/^\/api\/|\.k8s\.io\//.test(collection)) return item;
  const { apiVersion: _version, kind: _kind, ...rest } = item;
  return rest;
}

function namespacedCollections(): { collection: string }[] {
  return Object.entries(kinds).flatMap(([collection, { namespaced }]) =>
    namespaced ? [{ collection }] : [],
  );
}

/** Of an object, or of all objects of a collection or in a namespace of it. */
function keyOf({ collection, namespace, name }: Address): string {
  return [collection, ...(namespace === undefined ? [] : [namespace]), name ?? ''].join('\n');
}

function addressOf(path: string): Address | undefined {
  const [, root = '', namespace, plural = '', name] =
    /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  // `/api/v1/namespaces/<name>` is the object, and no collection in it.
  const collection = `${root}/${plural}`;
  const known = kinds[collection];
  if (known === undefined) return undefined;
  const decoded = name === undefined ? undefined : decodeURIComponent(name);
  return { collection, kind: known.kind, namespace, name: decoded };
}

function selectorOf(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const terms = text.split(',').filter((term) => term !== '');
  return (labels) =>
    terms.every((term) => {
      const [key = '', value] = term.split('=');
      if (value !== undefined) return labels[key] === value;
      return term.startsWith('!') ? !(term.slice(1) in labels) : term in labels;
    });
}

/** JSON merge patch (RFC 7386). */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isMap = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result = new Map<string, unknown>(isMap ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

/** The field that a change would change and cannot; a uid is one where it is named. */
function unchangeable({ kind }: Address, was: StoredObject, is: StoredObject): string | undefined {
  const { uid = was.metadata.uid } = is.metadata;
  if (uid !== was.metadata.uid) return 'metadata.uid';
  const field = immutable[kind];
  const of = (object: object): string =>
    JSON.stringify((object as Record<string, unknown>)[field ?? ''] ?? null);
  return field !== undefined && of(was) !== of(is) ? field : undefined;
}

function answer(status: number, body: object): TransportResponse {
  return { status, headers: {}, body: JSON.stringify(body) };
}

/** A refusal in the API server's form; its words are not the real ones. */
export function refuse(
  status: number,
  reason: string,
  message: string,
  causes: readonly string[] = [],
): TransportResponse {
  return answer(status, {
    kind: 'Status',
    status: 'Failure',
    code: status,
    reason,
    message,
    details: { causes: causes.map((cause) => ({ reason: cause })) },
  });
}

const notFound = ({ kind, name }: Address): TransportResponse =>
  refuse(404, 'NotFound', `${kind} ${name ?? ''} not found`);
const conflict = ({ kind, name }: Address): TransportResponse =>
  refuse(409, 'Conflict', `the uid of ${kind} ${name ?? ''} is another one`);
const invalid = ({ kind, name }: Address, field: string): TransportResponse =>
  refuse(422, 'Invalid', `${field} of ${kind} ${name ?? ''} cannot be changed`);
