/**
 * The region's internet: functions and builds reach host names through an HTTP proxy (`HTTPS_PROXY`), which knows the
 * region's own sites and resolves all other names by the records in Route 53, as DNS would. Nothing leaves the machine.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../../../core/errors';
import { loopback } from '../../processes/free-port';
import { listen } from '../gateway/gateway';
import type { Authority, Certificate } from './authority';

/** A web server of the region, chosen by the host name that a client asks for. */
export interface Site {
  /** For messages: "ADFS". */
  name: string;
  /** The names in the certificate that it presents; that of its host alone where nothing is said. */
  certificateNames?: (host: string) => Promise<readonly [string, ...string[]]>;
  serve(request: IncomingMessage, response: ServerResponse, host: string): Promise<void>;
}

/** Finds the site behind a host name, or says why there is none. */
export type Resolver = (host: string) => Promise<Site | { refused: string }>;

export interface Network {
  /** For HTTPS_PROXY: `http://127.0.0.1:PORT`. */
  readonly proxyUrl: string;
  /** Where the TLS server behind the proxy listens, on loopback: for clients that resolve names themselves. */
  readonly edgePort: number;
  /** Every connection that was asked for, with the site that it met. */
  readonly connections: { host: string; site: string }[];
  close(): Promise<void>;
}

/** Opens the proxy and the one TLS server behind it, which certifies itself for each name by SNI. */
export async function openNetwork(authority: Authority, resolve: Resolver): Promise<Network> {
  const connections: { host: string; site: string }[] = [];
  const sockets = new Set<Socket>();
  const edge = createHttpsServer(
    {
      // What is too long is the site's to say.
      maxHeaderSize: 128 * 1024,
      SNICallback: (host, done) => {
        certificateOf(authority, resolve, host).then(
          (certificate) => {
            done(null, createSecureContext(certificate));
          },
          (error: unknown) => {
            done(error instanceof Error ? error : new Error(String(error)));
          },
        );
      },
    },
    (request, response) => {
      void serveSite(request, response, resolve);
    },
  );
  // Longer than any client keeps a connection: one that it takes up again must not be closed at that moment.
  edge.keepAliveTimeout = 120_000;
  await listen(edge, 0);
  const edgePort = (edge.address() as AddressInfo).port;
  const proxy = createHttpServer((_, response) => {
    response.writeHead(405).end('the local region proxies https only (CONNECT)');
  });
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    const host = (request.url ?? '').replace(/:\d+$/, '').toLowerCase();
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => client.destroy());
    resolve(host).then(
      (site) => {
        if ('refused' in site) {
          connections.push({ host, site: `refused: ${site.refused}` });
          client.end(`HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\n\r\n${host}: ${site.refused}`);
          return;
        }
        connections.push({ host, site: site.name });
        const upstream = connect(edgePort, loopback, () => {
          client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
          upstream.pipe(client);
          client.pipe(upstream);
        });
        upstream.on('error', () => client.destroy());
        client.on('close', () => upstream.destroy());
      },
      (error: unknown) => {
        client.end(`HTTP/1.1 502 Bad Gateway\r\n\r\n${String(error)}`);
      },
    );
  });
  await listen(proxy, 0);
  return {
    proxyUrl: `http://${loopback}:${(proxy.address() as AddressInfo).port}`,
    edgePort,
    connections,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      edge.closeAllConnections();
      proxy.closeAllConnections();
      await Promise.all([edge, proxy].map((server) => new Promise((done) => server.close(done))));
    },
  };
}

/** Names for which nobody is there get one too: they are told so in HTTP. */
async function certificateOf(authority: Authority, resolve: Resolver, host: string): Promise<Certificate> {
  const site = await resolve(host);
  const names = 'refused' in site ? undefined : await site.certificateNames?.(host);
  return authority.certify(...(names ?? [host]));
}

async function serveSite(
  request: IncomingMessage,
  response: ServerResponse,
  resolve: Resolver,
): Promise<void> {
  try {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const site = await resolve(host);
    if ('refused' in site) response.writeHead(502).end(site.refused);
    else await site.serve(request, response, host);
  } catch (error) {
    if (!response.headersSent) response.writeHead(502);
    response.end(messageOf(error));
  }
}
