import { once } from 'node:events';
import {
  connect,
  constants,
  createSecureServer,
  type ClientHttp2Session,
  type Http2Session,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { ensurePki, readPem } from '../../local/kubernetes/pki';
import { makeTempDir } from '../../local/processes/temp-dir';
import { createKubernetesClient, type KubernetesClient } from '../../adapters/kubernetes/client';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { profileManager } from './support';

/** What the proxy does to a request. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** Never answers; the request does not reach the API server. */
  | { readonly kind: 'hang' }
  /** Lets the API server do it, then drops the connection instead of answering. */
  | { readonly kind: 'drop-after' }
  /** Announces the connection's end, as the API server does to spread its load; the request is answered. */
  | { readonly kind: 'goaway' };

export interface FaultProxy {
  readonly endpoint: string;
  readonly caPem: string;
  /** Decides for each request; `undefined` lets it through. */
  fault: (request: { method: string; path: string; count: number }) => Fault | undefined;
  readonly connections: () => number;
  close(): Promise<void>;
}

/** Stands between the client and the real API server, speaks HTTP/2 over TLS, and misbehaves on order. */
export async function startFaultProxy(target: { endpoint: string; caPem: string }): Promise<FaultProxy> {
  const folder = await makeTempDir('kfe-proxy-');
  const { ca, serving } = await ensurePki(folder.path);
  const caPem = await readPem(ca.certificate);
  const server = createSecureServer({
    key: await readPem(serving.key),
    cert: await readPem(serving.certificate),
  });
  const sessions = new Set<Http2Session>();
  let opened = 0;
  let count = 0;
  let upstream: ClientHttp2Session | undefined;
  const toUpstream = () => {
    if (upstream === undefined || upstream.closed || upstream.destroyed) {
      upstream = connect(target.endpoint, { ca: target.caPem });
      upstream.on('error', () => undefined);
    }
    return upstream;
  };
  const proxy: FaultProxy = {
    endpoint: '',
    caPem,
    fault: () => undefined,
    connections: () => opened,
    async close() {
      for (const session of sessions) session.destroy();
      upstream?.destroy();
      server.close();
      await once(server, 'close');
      await folder.remove();
    },
  };
  server.on('session', (session) => {
    opened += 1;
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    count += 1;
    const fault = proxy.fault({ method: String(headers[':method']), path: String(headers[':path']), count });
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'status') {
      stream.respond({
        ':status': fault.status,
        ...(fault.retryAfter !== undefined && { 'retry-after': String(fault.retryAfter) }),
      });
      stream.end('{"kind":"Status","reason":"Injected"}');
      return;
    }
    const { ':authority': _authority, host: _host, ...rest } = headers;
    const forwarded = toUpstream().request(rest, { endStream: false });
    stream.pipe(forwarded);
    forwarded.on('error', () => {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    });
    forwarded.on('response', (received) => {
      if (fault?.kind === 'drop-after') {
        forwarded.resume();
        forwarded.on('end', () => {
          stream.session?.destroy();
        });
        return;
      }
      // The client may have given up in the meantime.
      if (stream.destroyed) return;
      if (fault?.kind === 'goaway') stream.session?.goaway();
      stream.respond(received);
      forwarded.pipe(stream);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, { endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** The profile manager's client by way of a proxy, which gives up soon. */
export const clientThrough = (proxy: FaultProxy, { adminToken }: ControlPlane): KubernetesClient =>
  createKubernetesClient({
    endpoint: proxy.endpoint,
    caPem: proxy.caPem,
    token: () => Promise.resolve(adminToken),
    impersonate: profileManager,
    timeoutMs: 1_000,
    attempts: 2,
  });
