import { fieldManager } from '../../core/naming';
import { clusterUnreachable, isApiError } from './api-error';
import { Exchange, type KubernetesClientOptions, type RequestCounts } from './exchange';
import { acceptOf, queryOf, type ListOptions } from './list-options';
import { addressOf, resourcePath, type ObjectAddress, type ResourceType } from './resources';
import type { AnyObject } from './types';

/** Everything that a list found. */
export interface ObjectList<T> {
  readonly items: T[];
  /** Where a watch may go on from. */
  readonly resourceVersion: string;
}

/** How an object is applied. */
export interface ApplyOptions {
  readonly force?: boolean;
  readonly strict?: boolean;
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
  /**
   * Server-side apply. With `force`, fields that others manage become ours; with `strict`, a field that the kind does not
   * have is refused instead of dropped. A `metadata.uid` is a precondition.
   */
  apply<T extends AnyObject>(type: ResourceType<T>, object: T, options?: ApplyOptions): Promise<T>;
  /** JSON merge patch of what is there (404 otherwise): `null` removes. A `metadata.uid` is a precondition. */
  merge<T extends AnyObject>(type: ResourceType<T>, address: ObjectAddress, change: object): Promise<T>;
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

/**
 * Connects lazily: nothing is sent before the first request.
 *
 * @example
 * const client = createKubernetesClient({ endpoint, caPem, token: () => Promise.resolve(token) });
 * const namespace = await client.get(resources.namespaces, { name: 'team-a' });
 * client.close();
 */
export function createKubernetesClient(options: KubernetesClientOptions): KubernetesClient {
  return new Client(new Exchange(options));
}

class Client implements KubernetesClient {
  private readonly exchange: Exchange;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
  }

  get requests(): Readonly<RequestCounts> {
    return this.exchange.requests;
  }

  async get<T extends AnyObject>(type: ResourceType<T>, address: ObjectAddress): Promise<T | undefined> {
    try {
      return await this.exchange.json<T>({
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
    const what = `list ${type.plural}`;
    let next: string | undefined;
    let resourceVersion = '';
    do {
      const page = await this.exchange.json<unknown>({
        method: 'GET',
        path: `${resourcePath(type, { namespace: options.namespace })}${queryOf(options, { continue: next })}`,
        what,
        accept: acceptOf(options, 'List'),
      });
      const before = next;
      try {
        const read = pageOf(page);
        for (const item of read.items) items.push(reduce(item as T));
        ({ next, resourceVersion } = read);
      } catch (error) {
        // What is no list, or no object of the kind, does not come from an API server.
        throw clusterUnreachable(what, error);
      }
      if (next !== undefined && next === before)
        throw clusterUnreachable(what, new Error('the same page is told to be the next one'));
    } while (next !== undefined);
    return { items, resourceVersion };
  }

  create<T extends AnyObject>(type: ResourceType<T>, object: T): Promise<T> {
    return this.exchange.json<T>({
      method: 'POST',
      path: `${resourcePath(type, { namespace: object.metadata?.namespace })}?fieldManager=${fieldManager}`,
      what: `create ${type.plural}`,
      contentType: 'application/json',
      body: object,
    });
  }

  apply<T extends AnyObject>(type: ResourceType<T>, object: T, options: ApplyOptions = {}): Promise<T> {
    const force = options.force === true ? '&force=true' : '';
    const strict = options.strict === true ? '&fieldValidation=Strict' : '';
    return this.exchange.json<T>({
      method: 'PATCH',
      path: `${resourcePath(type, addressOf(object))}?fieldManager=${fieldManager}${force}${strict}`,
      what: `apply ${type.plural}`,
      // JSON is YAML, and the API server has taken this content type since server-side apply exists.
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  }

  merge<T extends AnyObject>(type: ResourceType<T>, address: ObjectAddress, change: object): Promise<T> {
    return this.exchange.json<T>({
      method: 'PATCH',
      path: `${resourcePath(type, address)}?fieldManager=${fieldManager}`,
      what: `change ${type.plural}`,
      contentType: 'application/merge-patch+json',
      body: change,
    });
  }

  async delete(
    type: ResourceType,
    address: ObjectAddress,
    options: { uid?: string | undefined } = {},
  ): Promise<boolean> {
    try {
      await this.exchange.json<unknown>({
        method: 'DELETE',
        path: resourcePath(type, address),
        what: `delete ${type.plural}`,
        ...(options.uid !== undefined && {
          contentType: 'application/json',
          body: { preconditions: { uid: options.uid } },
        }),
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
      await this.exchange.json<unknown>({
        method: 'GET',
        path: `${resourcePath(type, { namespace: options.namespace })}${queryOf(options, extra)}`,
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
    return this.exchange.json<T>({ method: 'GET', path, what: `get ${path}` });
  }

  scope(options: { signal?: AbortSignal | undefined } = {}): KubernetesClient {
    return new Client(this.exchange.scope(options.signal));
  }

  close(): void {
    this.exchange.close();
  }
}

/** A page of a list, and the token of the next one. @throws Error for anything else */
function pageOf(answer: unknown): {
  items: readonly unknown[];
  next: string | undefined;
  resourceVersion: string;
} {
  const { items, metadata } = Object(answer) as Record<string, unknown>;
  // Null where a list of metadata is empty; without the field it is no list, and by no means an empty one.
  if (!Array.isArray(items) && items !== null) throw new Error('the answer is no list');
  const { continue: token, resourceVersion } = Object(metadata) as Record<string, unknown>;
  return {
    items: (items ?? []) as readonly unknown[],
    next: typeof token === 'string' && token !== '' ? token : undefined,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
  };
}
