import { request as plainRequest } from 'node:http';
import { Agent, request as secureRequest, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** Where a connection goes, as an agent is told. */
interface Destination {
  host?: string | null | undefined;
  hostname?: string | null | undefined;
  port?: number | string | null | undefined;
  servername?: string | undefined;
}

type Connected = (error: Error | null, stream: Duplex) => void;

/**
 * An agent that connects through the proxy of the environment (`HTTPS_PROXY`, but for the hosts of `NO_PROXY`), or
 * `undefined` where there is none. The SDK's clients have an agent of their own, which does not look there, whatever
 * NODE_USE_ENV_PROXY says: Node honours that in its global agents alone.
 */
export function proxyAgent(environment: Readonly<Record<string, string | undefined>>): Agent | undefined {
  const proxy = environment['HTTPS_PROXY'] ?? environment['https_proxy'] ?? '';
  if (proxy === '') return undefined;
  const except = (environment['NO_PROXY'] ?? environment['no_proxy'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return new TunnelAgent(new URL(proxy), except);
}

/** Opens a tunnel for each connection (RFC 9110, 9.3.6 CONNECT), and TLS through it. */
class TunnelAgent extends Agent {
  constructor(
    private readonly proxy: URL,
    private readonly except: readonly string[],
  ) {
    // As the SDK makes its own.
    super({ keepAlive: true, maxSockets: 50 });
  }

  override createConnection(
    options: AgentOptions & Destination,
    callback?: Connected,
  ): Duplex | null | undefined {
    const host = options.host ?? options.hostname ?? 'localhost';
    if (callback === undefined || this.except.some((entry) => covers(entry, host)))
      return super.createConnection(options, callback);
    this.tunnel(`${host}:${options.port ?? 443}`).then(
      (socket) => {
        // Its failures come as events of the stream, as of any connection.
        callback(null, connect({ ...(options as object), socket, servername: options.servername ?? host }));
      },
      (error: unknown) => {
        callback(error as Error, undefined as unknown as Duplex);
      },
    );
    return undefined;
  }

  private async tunnel(authority: string): Promise<Duplex> {
    const { protocol, hostname, port } = this.proxy;
    const secure = protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (secure ? secureRequest : plainRequest)({
        host: hostname,
        port: port === '' ? (secure ? 443 : 80) : port,
        method: 'CONNECT',
        path: authority,
        headers: { host: authority },
        agent: false,
        timeout: 10_000,
      });
      request.once('connect', (response, socket) => {
        if (response.statusCode === 200) {
          resolve(socket);
          return;
        }
        socket.destroy();
        reject(
          new Error(
            `the proxy ${hostname} answers ${response.statusCode ?? ''} ${response.statusMessage ?? ''} to a connection to ${authority}`,
          ),
        );
      });
      request.once('timeout', () => {
        request.destroy(new Error(`the proxy ${hostname} did not answer within 10 s`));
      });
      request.once('error', reject);
      request.end();
    });
  }
}

/** `*`, a host, or a domain with all below it, be it written with a leading dot, a wildcard or neither. */
function covers(entry: string, host: string): boolean {
  if (entry === '*') return true;
  const domain = entry.replace(/^\*?\./, '');
  const name = host.toLowerCase();
  return name === domain || name.endsWith(`.${domain}`);
}
