import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';

import {
  NotServed,
  toKubeError,
  KubeError,
  type AccessReview,
  type KubeObject,
  type KubeRequest,
  type KubeResponse,
  type KubeServer,
} from './kube-api';
import { defined } from '../../core/defined';

export * from './kube-api';

type Resources = Map<string, { plural: string; namespaced: boolean }>;

/** Who our local stand-ins are to server-side apply. */
const standardFieldManager = 'kubeflow-eks-local';
const requestTimeoutMs = 30_000;

/**
 * The local region's and the tests' own way to the API server: JSON over connections that are kept alive. The
 * product has its own client (`adapters/kubernetes`); what checks the product should not be the product.
 */
export class KubeClient {
  private readonly agent: Agent;
  private readonly resources = new Map<string, Promise<Resources | undefined>>();

  constructor(private readonly server: KubeServer) {
    this.agent = new Agent({ keepAlive: true, ca: server.caPem, maxSockets: 32 });
  }

  /** One request, whatever the answer. @throws Error when there is none. */
  async raw(options: KubeRequest): Promise<KubeResponse> {
    const response = await this.send(options);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
  }

  /** One request that must succeed. @throws KubeError */
  async json<T = KubeObject>(options: KubeRequest): Promise<T> {
    const { status, body } = await this.raw(options);
    if (status >= 300) throw toKubeError(status, body, options);
    return JSON.parse(body) as T;
  }

  async get<T = KubeObject>(path: string): Promise<T> {
    return this.json<T>({ path });
  }

  /** The object, or undefined where there is none. */
  async find<T = KubeObject>(path: string): Promise<T | undefined> {
    const { status, body } = await this.raw({ path });
    if (status === 404) return undefined;
    if (status >= 300) throw toKubeError(status, body, { path });
    return JSON.parse(body) as T;
  }

  async list<T = KubeObject>(path: string): Promise<T[]> {
    return (await this.json<{ items: T[] }>({ path })).items;
  }

  /** Deletes; no error if it is not there. */
  async remove(path: string): Promise<void> {
    try {
      await this.json({ path, method: 'DELETE' });
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    }
  }

  /** Server-side apply, taking over every field that the object names. */
  async apply<T = KubeObject>(object: object, fieldManager = standardFieldManager): Promise<T> {
    return this.json<T>({
      path: `${await this.pathOf(object as KubeObject)}?fieldManager=${fieldManager}&force=true`,
      method: 'PATCH',
      body: object,
      contentType: 'application/apply-patch+yaml',
    });
  }

  /** Applies one after the other, in the order given. */
  async applyAll(objects: readonly object[]): Promise<void> {
    for (const object of objects) await this.apply(object);
  }

  /** Asks the API server itself whether somebody may do something (a SubjectAccessReview). */
  async allowed({ user, groups, ...attributes }: AccessReview): Promise<boolean> {
    const { apiGroup, ...rest } = attributes;
    const review = await this.json<{ status: { allowed: boolean } }>({
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      method: 'POST',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups: groups ?? [], resourceAttributes: { ...rest, group: apiGroup ?? '' } },
      },
    });
    return review.status.allowed;
  }

  /**
   * Watches a collection from `resourceVersion` until the server ends the watch or the signal aborts it.
   * @throws KubeError, with status 410 when the version is too old: list again.
   */
  async watch(
    path: string,
    resourceVersion: string,
    onEvent: (type: string, object: KubeObject) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
    const response = await this.send({ path: `${path}${path.includes('?') ? '&' : '?'}${query}` }, signal);
    if (response.statusCode !== 200) {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      throw toKubeError(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'), { path });
    }
    for await (const line of createInterface({ input: response, crlfDelay: Infinity })) {
      const event = JSON.parse(line) as {
        type: string;
        object: KubeObject & { code?: number; message?: string };
      };
      if (event.type === 'ERROR')
        throw new KubeError(event.object.code ?? 500, 'Watch', event.object.message ?? '');
      onEvent(event.type, event.object);
    }
  }

  /** The object's path on the API server, from its kind by discovery. */
  async pathOf(object: KubeObject): Promise<string> {
    const { apiVersion = '', kind = '', metadata } = object;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resource = (await this.discover(root))?.get(kind);
    if (resource === undefined) {
      // A CRD may be new: the next call asks again.
      this.resources.delete(root);
      throw new NotServed(kind, apiVersion);
    }
    const within = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    return `${root}${within}/${resource.plural}/${encodeURIComponent(metadata.name)}`;
  }

  /** A client with connections of its own that acts as another user. */
  as(identity: NonNullable<KubeRequest['as']>, userAgent?: string): KubeClient {
    return new KubeClient({
      ...this.server,
      as: identity,
      ...defined({ userAgent }),
    });
  }

  /** Closes the kept connections. */
  close(): void {
    this.agent.destroy();
  }

  private async discover(root: string): Promise<Resources | undefined> {
    let known = this.resources.get(root);
    if (known === undefined) {
      known = this.find<{ resources: { name: string; kind: string; namespaced: boolean }[] }>(root).then(
        (found) =>
          found &&
          new Map(
            found.resources
              .filter(({ name }) => !name.includes('/'))
              .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]),
          ),
      );
      this.resources.set(root, known);
      known.catch(() => this.resources.delete(root));
    }
    return known;
  }

  private async send(options: KubeRequest, signal?: AbortSignal): Promise<IncomingMessage> {
    const { path, method = 'GET', body, contentType = 'application/json', as = this.server.as } = options;
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const headers: Record<string, string | string[]> = {
      accept: options.accept ?? 'application/json',
      authorization: `Bearer ${this.server.token}`,
      'user-agent': this.server.userAgent ?? standardFieldManager,
    };
    if (payload !== undefined) {
      headers['content-type'] = contentType;
      headers['content-length'] = String(Buffer.byteLength(payload));
    }
    if (as) {
      headers['impersonate-user'] = as.user;
      if (as.groups?.length) headers['impersonate-group'] = [...as.groups];
    }
    const init: RequestOptions = { method, agent: this.agent, headers };
    if (signal) init.signal = signal;
    // A watch is silent for long; any other request is not.
    else init.timeout = requestTimeoutMs;
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.server.endpoint}${path}`, init, resolve);
      outgoing.once('error', reject);
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path} in 30 s`)));
      outgoing.end(payload);
    });
  }
}
