import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { isIP } from 'node:net';
import type { Transport, TransportRequest, TransportResponse } from './transport';

/**
 * A connection that has been idle for longer is not trusted: a frozen function's socket may have been dropped on the
 * way (a NAT gateway forgets after 350 s) without either end having been told, and would hang until a timeout.
 */
const trustedIdleMs = 30_000;

/** Where to connect, and whom to trust. */
export interface Http2TransportOptions {
  /** `https://host[:port]` */
  readonly endpoint: string;
  /** The cluster's CA, PEM: the only one that is trusted. */
  readonly caPem: string;
  /** How long a new connection may take. */
  readonly connectTimeoutMs: number;
  /** Client certificate and key, PEM, where no bearer token is used (administration of a local cluster). */
  readonly certificate?: { readonly certPem: string; readonly keyPem: string } | undefined;
}

/**
 * Talks to the API server over one multiplexed HTTP/2 connection: forty writes in parallel cost one TLS handshake,
 * and `node:http2` is part of the runtime, so it adds nothing to the bundle and next to nothing to a cold start
 * (docs/adr/0030-kubernetes-client.md has the measurements).
 */
export class Http2Transport implements Transport {
  private readonly options: Http2TransportOptions;
  private session: ClientHttp2Session | undefined;
  private connecting: Promise<ClientHttp2Session> | undefined;
  private active = 0;
  private lastUsed = 0;

  constructor(options: Http2TransportOptions) {
    this.options = options;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    request.signal.throwIfAborted();
    const session = await abortable(this.connected(), request.signal);
    this.active += 1;
    session.ref();
    try {
      return await exchange(session, request);
    } catch (error) {
      // Whatever went wrong, the next request starts on a fresh connection; those under way on this one may finish.
      this.retire(session);
      throw error;
    } finally {
      this.lastUsed = Date.now();
      this.active -= 1;
      // An idle connection must not keep a command line alive.
      if (this.active === 0) session.unref();
    }
  }

  close(): void {
    this.session?.destroy();
    this.session = undefined;
  }

  private retire(session: ClientHttp2Session): void {
    if (this.session === session) this.session = undefined;
    if (!session.closed && !session.destroyed) session.close();
    setTimeout(() => {
      session.destroy();
    }, trustedIdleMs).unref();
  }

  private connected(): Promise<ClientHttp2Session> {
    const session = this.session;
    if (session !== undefined && !session.closed && !session.destroyed) {
      if (this.active > 0 || Date.now() - this.lastUsed < trustedIdleMs) return Promise.resolve(session);
      session.destroy();
    }
    this.session = undefined;
    this.connecting ??= this.open().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private open(): Promise<ClientHttp2Session> {
    const { endpoint, caPem, connectTimeoutMs, certificate } = this.options;
    const { hostname } = new URL(endpoint);
    return new Promise((resolve, reject) => {
      const session = connect(endpoint, {
        ca: caPem,
        // SNI must not carry an address; the certificate is verified against the host in either case.
        ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
        ...(certificate !== undefined && { cert: certificate.certPem, key: certificate.keyPem }),
      });
      const timer = setTimeout(() => {
        session.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
      }, connectTimeoutMs);
      session.once('connect', () => {
        clearTimeout(timer);
        this.session = session;
        this.lastUsed = Date.now();
        resolve(session);
      });
      session.on('goaway', () => {
        // The API server sheds connections on purpose (--goaway-chance); new requests go to a new one.
        this.retire(session);
      });
      session.on('error', (error: Error) => {
        clearTimeout(timer);
        reject(error);
      });
      session.on('close', () => {
        clearTimeout(timer);
        if (this.session === session) this.session = undefined;
        reject(new Error('the connection was closed'));
      });
    });
  }
}

/** Sends one request on a session and collects its answer. */
function exchange(session: ClientHttp2Session, request: TransportRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    let stream: ClientHttp2Stream;
    try {
      stream = session.request(
        { ':method': request.method, ':path': request.path, ...request.headers },
        { endStream: request.body === undefined },
      );
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const abort = () => {
      stream.close(constants.NGHTTP2_CANCEL);
      reject(request.signal.reason instanceof Error ? request.signal.reason : new Error('aborted'));
    };
    request.signal.addEventListener('abort', abort, { once: true });
    let status = 0;
    const headers: Record<string, string> = {};
    const chunks: string[] = [];
    let complete = false;
    stream.setEncoding('utf8');
    stream.on('response', (received) => {
      status = received[':status'] ?? 0;
      for (const [name, value] of Object.entries(received)) {
        if (!name.startsWith(':') && value !== undefined) headers[name] = String(value);
      }
    });
    stream.on('data', (chunk: string) => {
      if (request.onData === undefined || status >= 400) chunks.push(chunk);
      else request.onData(chunk);
    });
    stream.on('end', () => {
      complete = true;
    });
    stream.on('error', reject);
    stream.on('close', () => {
      request.signal.removeEventListener('abort', abort);
      // A stream that is reset without an error code also "closes"; only an end after a status is an answer.
      if (complete && status !== 0 && stream.rstCode === constants.NGHTTP2_NO_ERROR) {
        resolve({ status, headers, body: chunks.join('') });
      } else {
        reject(new Error(`the connection was lost before the answer was complete (code ${stream.rstCode})`));
      }
    });
    if (request.body !== undefined) stream.end(request.body);
  });
}

/** A promise that also ends when the signal fires. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
