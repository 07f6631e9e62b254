import { fieldManager } from '../../core/naming';
import { KubernetesApiError, clusterUnreachable, isApiError, type ApiStatus } from './errors';
import { Http2Transport } from './http2-transport';
import { addressOf, resourcePath, type ObjectAddress, type ResourceType } from './resources';
import { Retries } from './retries';
import type { Transport, TransportRequest, TransportResponse } from './transport';
import type { AnyObject } from './types';

/** How a cluster is reached. */
export interface KubernetesClientOptions {
  /** `https://host[:port]` */
  readonly endpoint: string;
  /** The cluster's CA, PEM (not base64 of it); the only one that is trusted. */
  readonly caPem: string;
  /** A bearer token; asked for before every request, so it caches (see `eks-token.ts`). */
  readonly token?: ((options?: { renew?: boolean }) => Promise<string>) | undefined;
  readonly certificate?: { readonly certPem: string; readonly keyPem: string } | undefined;
  /** Acts as somebody else (the caller needs the verb `impersonate`). */
  readonly impersonate?: { readonly user: string; readonly groups: readonly string[] } | undefined;
  /** Longest time for one attempt of one request. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Attempts of one request, the first included. Default 4. */
  readonly attempts?: number | undefined;
  /** Another way to reach the cluster, for measurements. */
  readonly transport?: Transport | undefined;
}

/** Requests that went out, attempts included. */
export interface RequestCounts {
  read: number;
  write: number;
}

/** What a list may be narrowed to. */
export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Items per request; without it everything comes in one. */
  readonly pageSize?: number | undefined;
  /** Only `metadata` of each item. */
  readonly metadataOnly?: boolean | undefined;
  /**
   * Any state from this resource version on will do. Without it the API server first makes sure that its cache has
   * caught up with etcd, which may take it up to 100 ms.
   */
  readonly notOlderThan?: string | undefined;
}

/** Everything that a list found. */
export interface ObjectList<T> {
  readonly items: T[];
  /** Where a watch may go on from. */
  readonly resourceVersion: string;
}

/** A change that a watch saw. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/**
 * A small client of the Kubernetes API: what a login needs, and nothing to import for it.
 *
 * Every request is bounded in time and repeated after a lost connection, a 429 or a server error (a create may
 * therefore answer 409 although it was this call that created: callers look at the object that is there).
 * Errors: {@link KubernetesApiError} when the API server refuses, TransientError ClusterUnreachable when it gives no
 * usable answer.
 */
export interface KubernetesClient {
  /** Requests so far, of this client or scope. */
  readonly requests: Readonly<RequestCounts>;
  /** One object, or `undefined` where there is none (or the kind is not served). */
  get<T extends AnyObject>(type: ResourceType<T>, address: ObjectAddress): Promise<T | undefined>;
  /** All objects, all pages. */
  list<T extends AnyObject>(type: ResourceType<T>, options?: ListOptions): Promise<ObjectList<T>>;
  /** The same, but of each object only what `reduce` makes of it is kept: a page at a time in memory. */
  reduceList<T extends AnyObject, R>(
    type: ResourceType<T>,
    options: ListOptions,
    reduce: (object: T) => R,
  ): Promise<ObjectList<R>>;
  /** Makes an object that must not exist (409 otherwise). */
  create<T extends AnyObject>(type: ResourceType<T>, object: T): Promise<T>;
  /** Server-side apply. With `force`, fields that others manage become ours. A `metadata.uid` is a precondition. */
  apply<T extends AnyObject>(type: ResourceType<T>, object: T, options?: { force?: boolean }): Promise<T>;
  /** Deletes; `false` where there was nothing. With `uid`, only that very object (409 otherwise). */
  delete(
    type: ResourceType,
    address: ObjectAddress,
    options?: { uid?: string | undefined },
  ): Promise<boolean>;
  /** Watches a collection until `onEvent` returns `true`, the server ends it, or the scope's signal fires. */
  watch<T extends AnyObject>(
    type: ResourceType<T>,
    options: ListOptions & { resourceVersion: string; timeoutMs: number },
    onEvent: (event: WatchEvent<T>) => boolean,
  ): Promise<void>;
  /** A document that is no resource, such as `/apis` or `/version`. */
  document<T>(path: string): Promise<T>;
  /** The same connection with counts of its own and, perhaps, an end. */
  scope(options?: { signal?: AbortSignal | undefined }): KubernetesClient;
  close(): void;
}

/** Connects lazily: nothing is sent before the first request. */
export function createKubernetesClient(options: KubernetesClientOptions): KubernetesClient {
  const timeoutMs = options.timeoutMs ?? 5_000;
  const transport =
    options.transport ??
    new Http2Transport({
      endpoint: options.endpoint,
      caPem: options.caPem,
      connectTimeoutMs: timeoutMs,
      certificate: options.certificate,
    });
  return new Client(transport, { ...options, timeoutMs, attempts: options.attempts ?? 4 });
}

type Settings = KubernetesClientOptions & { readonly timeoutMs: number; readonly attempts: number };

interface Call {
  readonly method: TransportRequest['method'];
  readonly path: string;
  /** Names the request in an error without naming an object, whose name may be a person's. */
  readonly what: string;
  readonly accept?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: unknown;
  readonly timeoutMs?: number | undefined;
  readonly attempts?: number | undefined;
  readonly onData?: ((chunk: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

class Client implements KubernetesClient {
  readonly requests: RequestCounts = { read: 0, write: 0 };
  readonly #transport: Transport;
  readonly #settings: Settings;
  readonly #signal: AbortSignal | undefined;

  constructor(transport: Transport, settings: Settings, signal?: AbortSignal) {
    this.#transport = transport;
    this.#settings = settings;
    this.#signal = signal;
  }

  async get<T extends AnyObject>(type: ResourceType<T>, address: ObjectAddress): Promise<T | undefined> {
    try {
      return await this.#json<T>({
        method: 'GET',
        path: resourcePath(type, address),
        what: `get ${type.plural}`,
      });
    } catch (error) {
      if (isApiError(error, 404)) return undefined;
      throw error;
    }
  }

  list<T extends AnyObject>(type: ResourceType<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    return this.reduceList<T, T>(type, options, (object) => object);
  }

  async reduceList<T extends AnyObject, R>(
    type: ResourceType<T>,
    options: ListOptions,
    reduce: (object: T) => R,
  ): Promise<ObjectList<R>> {
    const items: R[] = [];
    let next: string | undefined;
    let resourceVersion = '';
    do {
      const page = await this.#json<{
        items: T[];
        metadata: { continue?: string; resourceVersion?: string };
      }>({
        method: 'GET',
        path: `${resourcePath(type, { namespace: options.namespace })}${query(options, { continue: next })}`,
        what: `list ${type.plural}`,
        accept: acceptOf(options, 'List'),
      });
      for (const item of page.items) items.push(reduce(item));
      next = page.metadata.continue;
      resourceVersion = page.metadata.resourceVersion ?? '';
    } while (next !== undefined && next !== '');
    return { items, resourceVersion };
  }

  create<T extends AnyObject>(type: ResourceType<T>, object: T): Promise<T> {
    return this.#json<T>({
      method: 'POST',
      path: `${resourcePath(type, { namespace: object.metadata?.namespace })}?fieldManager=${fieldManager}`,
      what: `create ${type.plural}`,
      contentType: 'application/json',
      body: object,
    });
  }

  apply<T extends AnyObject>(
    type: ResourceType<T>,
    object: T,
    options: { force?: boolean } = {},
  ): Promise<T> {
    const force = options.force === true ? '&force=true' : '';
    return this.#json<T>({
      method: 'PATCH',
      path: `${resourcePath(type, addressOf(object))}?fieldManager=${fieldManager}${force}`,
      what: `apply ${type.plural}`,
      // JSON is YAML, and the API server has taken this content type since server-side apply exists.
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  }

  async delete(
    type: ResourceType,
    address: ObjectAddress,
    options: { uid?: string | undefined } = {},
  ): Promise<boolean> {
    try {
      await this.#json<unknown>({
        method: 'DELETE',
        path: resourcePath(type, address),
        what: `delete ${type.plural}`,
        ...(options.uid === undefined
          ? {}
          : { contentType: 'application/json', body: { preconditions: { uid: options.uid } } }),
      });
      return true;
    } catch (error) {
      if (isApiError(error, 404)) return false;
      throw error;
    }
  }

  async watch<T extends AnyObject>(
    type: ResourceType<T>,
    options: ListOptions & { resourceVersion: string; timeoutMs: number },
    onEvent: (event: WatchEvent<T>) => boolean,
  ): Promise<void> {
    const stop = new AbortController();
    let rest = '';
    const extra = { watch: 'true', resourceVersion: options.resourceVersion };
    try {
      await this.#json<unknown>({
        method: 'GET',
        path: `${resourcePath(type, { namespace: options.namespace })}${query(options, extra)}`,
        what: `watch ${type.plural}`,
        accept: acceptOf(options, ''),
        timeoutMs: options.timeoutMs,
        attempts: 1,
        signal: stop.signal,
        onData: (chunk) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            if (line !== '' && onEvent(JSON.parse(line) as WatchEvent<T>)) stop.abort();
          }
        },
      });
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  }

  document<T>(path: string): Promise<T> {
    return this.#json<T>({ method: 'GET', path, what: `get ${path}` });
  }

  scope(options: { signal?: AbortSignal | undefined } = {}): KubernetesClient {
    return new Client(this.#transport, this.#settings, options.signal ?? this.#signal);
  }

  close(): void {
    this.#transport.close();
  }

  async #json<T>(call: Call): Promise<T> {
    const response = await this.#send(call);
    const parsed: unknown = response.body === '' ? undefined : parseJson(response.body);
    if (response.status < 400) return parsed as T;
    const status = (parsed ?? {}) as ApiStatus;
    const causes = (status.details?.causes ?? []).map((cause) => cause.reason ?? '');
    throw new KubernetesApiError(
      response.status,
      status.reason ?? 'Unknown',
      `${call.what}: ${status.message ?? `HTTP ${response.status}`}`,
      causes,
    );
  }

  async #send(call: Call): Promise<TransportResponse> {
    const retries = new Retries(call.attempts ?? this.#settings.attempts, this.#signal);
    let renew = false;
    for (;;) {
      const attempt = await this.#attempt(call, renew);
      if (attempt instanceof Error) {
        if (this.#signal?.aborted === true || call.signal?.aborted === true || !(await retries.again())) {
          throw clusterUnreachable(call.what, attempt);
        }
      } else if (attempt.status === 401 && !renew && this.#settings.token !== undefined) {
        renew = true;
      } else if (attempt.status === 429 || attempt.status >= 500) {
        if (!(await retries.again(attempt.headers['retry-after']))) {
          throw clusterUnreachable(call.what, new Error(`HTTP ${attempt.status}`));
        }
      } else {
        return attempt;
      }
    }
  }

  async #attempt(call: Call, renew: boolean): Promise<TransportResponse | Error> {
    const { token } = this.#settings;
    // A token that cannot be made is not the cluster's failure and not repeated here.
    const bearer = token === undefined ? undefined : await token({ renew });
    this.requests[call.method === 'GET' ? 'read' : 'write'] += 1;
    const limit = new AbortController();
    const timeoutMs = call.timeoutMs ?? this.#settings.timeoutMs;
    const timer = setTimeout(() => {
      limit.abort(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    const signals = [limit.signal, this.#signal, call.signal].filter((signal) => signal !== undefined);
    try {
      return await this.#transport.request({
        method: call.method,
        path: call.path,
        headers: {
          accept: call.accept ?? 'application/json',
          'user-agent': fieldManager,
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...impersonationOf(this.#settings),
          ...(call.contentType === undefined ? {} : { 'content-type': call.contentType }),
        },
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        signal: AbortSignal.any(signals),
        onData: call.onData,
      });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      clearTimeout(timer);
    }
  }
}

function impersonationOf({ impersonate }: Settings): Record<string, string | readonly string[]> {
  if (impersonate === undefined) return {};
  return { 'impersonate-user': impersonate.user, 'impersonate-group': impersonate.groups };
}

function acceptOf(options: ListOptions, suffix: 'List' | ''): string {
  return options.metadataOnly === true
    ? `application/json;as=PartialObjectMetadata${suffix};g=meta.k8s.io;v=v1`
    : 'application/json';
}

function query(options: ListOptions, extra: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams();
  const values: Record<string, string | undefined> = {
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.pageSize?.toString(),
    resourceVersion: options.notOlderThan,
    resourceVersionMatch: options.notOlderThan === undefined ? undefined : 'NotOlderThan',
    ...extra,
  };
  for (const [name, value] of Object.entries(values)) if (value !== undefined) parameters.set(name, value);
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** A proxy in between may answer with something other than JSON; its status still counts. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
