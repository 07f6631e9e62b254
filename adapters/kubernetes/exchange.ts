import { fieldManager } from '../../core/naming';
import { clusterUnreachable, refusal } from './api-error';
import { Http2Transport } from './http2-transport';
import { Retries } from './retries';
import type { Transport, TransportRequest, TransportResponse } from './transport';
import { defined } from '../../core/defined';

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
  /**
   * Whether a server error, after the last attempt, is told in the API server's own words ({@link KubernetesApiError}).
   * They may name an object: not for functions, in whose logs that could be a person's name.
   */
  readonly tellsServerErrors?: boolean | undefined;
  /** Another way to reach the cluster, for measurements. */
  readonly transport?: Transport | undefined;
}

/** Requests that went out, attempts included. */
export interface RequestCounts {
  read: number;
  write: number;
}

/** One request and what is expected of it. */
export interface Call {
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

const usualTimeoutMs = 5_000;
const usualAttempts = 4;

/** Sends requests over one connection, bounded in time and repeated where that may help, and counts them. */
export class Exchange {
  readonly requests: RequestCounts = { read: 0, write: 0 };
  private readonly transport: Transport;
  private readonly options: KubernetesClientOptions;
  private readonly signal: AbortSignal | undefined;

  constructor(options: KubernetesClientOptions, transport?: Transport, signal?: AbortSignal) {
    this.options = options;
    this.signal = signal;
    this.transport =
      transport ??
      options.transport ??
      new Http2Transport({
        endpoint: options.endpoint,
        caPem: options.caPem,
        connectTimeoutMs: options.timeoutMs ?? usualTimeoutMs,
        certificate: options.certificate,
      });
  }

  /** The same connection with counts of its own and, perhaps, an end. */
  scope(signal: AbortSignal | undefined): Exchange {
    return new Exchange(this.options, this.transport, signal ?? this.signal);
  }

  close(): void {
    this.transport.close();
  }

  /** The answer's body. @throws KubernetesApiError, TransientError `ClusterUnreachable` */
  async json<T>(call: Call): Promise<T> {
    const response = await this.send(call);
    const parsed = response.body === '' ? undefined : parseJson(response.body);
    // The API server does not lead elsewhere; what would is something in between.
    if (response.status >= 300) throw refusal(call.what, response.status, parsed);
    if (response.body !== '' && (typeof parsed !== 'object' || parsed === null))
      throw clusterUnreachable(call.what, new Error('the answer is no object of JSON'));
    return parsed as T;
  }

  private async send(call: Call): Promise<TransportResponse> {
    const retries = new Retries(call.attempts ?? this.options.attempts ?? usualAttempts, this.signal);
    let renew = false;
    for (;;) {
      const attempt = await this.attempt(call, renew);
      if (attempt instanceof Error) {
        if (this.signal?.aborted === true || call.signal?.aborted === true || !(await retries.again())) {
          throw clusterUnreachable(call.what, attempt);
        }
      } else if (attempt.status === 401 && !renew && this.options.token !== undefined) {
        renew = true;
      } else if (attempt.status === 429 || attempt.status >= 500) {
        if (!(await retries.again(attempt.headers['retry-after']))) {
          if (this.options.tellsServerErrors === true) return attempt;
          throw clusterUnreachable(call.what, new Error(`HTTP ${attempt.status}`));
        }
      } else {
        return attempt;
      }
    }
  }

  private async attempt(call: Call, renew: boolean): Promise<TransportResponse | Error> {
    const { token } = this.options;
    // A token that cannot be made is not the cluster's failure and not repeated here.
    const bearer = token === undefined ? undefined : await token({ renew });
    this.requests[call.method === 'GET' ? 'read' : 'write'] += 1;
    const limit = new AbortController();
    const timeoutMs = call.timeoutMs ?? this.options.timeoutMs ?? usualTimeoutMs;
    const timer = setTimeout(() => {
      limit.abort(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    const signals = [limit.signal, this.signal, call.signal].filter((signal) => signal !== undefined);
    try {
      return await this.transport.request({
        method: call.method,
        path: call.path,
        headers: {
          accept: call.accept ?? 'application/json',
          'user-agent': fieldManager,
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...impersonationOf(this.options),
          ...defined({ 'content-type': call.contentType }),
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

function impersonationOf({
  impersonate,
}: KubernetesClientOptions): Record<string, string | readonly string[]> {
  if (impersonate === undefined) return {};
  return { 'impersonate-user': impersonate.user, 'impersonate-group': impersonate.groups };
}

/** A proxy in between may answer with something other than JSON; its status still counts. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
