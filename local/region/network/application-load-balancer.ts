import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Site } from './network';

/** Connections to targets, which are kept; an idle one keeps no process alive. */
const agent = new Agent({ keepAlive: true });

/** What a load balancer sends requests to. */
export interface Target {
  host: string;
  port: number;
  /** Answers 200 while the target may be sent requests. */
  healthUrl: string;
}

export interface LoadBalancerOptions {
  /** Those that are registered, in any state. */
  targets: readonly Target[];
  /** Host names of the Ingress' rules; none for all. */
  hosts: readonly string[];
  /** `routing.http.drop_invalid_header_fields.enabled` */
  dropsInvalidHeaders: boolean;
}

/** Quotas of an application load balancer, in bytes (Elastic Load Balancing user guide, "HTTP headers"). */
const limits = {
  requestLine: 16 * 1024,
  header: 16 * 1024,
  requestHeaders: 64 * 1024,
  responseHeaders: 32 * 1024,
};
/** "HTTP header names must match [-A-Za-z0-9]+" (attributes of a load balancer). */
const validName = /^[-A-Za-z0-9]+$/;

/** Headers of one connection, which are not handed on (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The application load balancer of an Ingress, behind the region's TLS: it knows the host, has healthy targets or answers
 * 503, bounds headers, drops those with invalid names if it is told to, and says in X-Forwarded-* where a request came from.
 */
export function applicationLoadBalancer(options: LoadBalancerOptions): Site {
  return {
    name: 'load balancer',
    serve: async (request, response, host) => {
      const refusal = refusalOf(request, options.hosts, host);
      const target = refusal === undefined ? await chooseTarget(options.targets) : undefined;
      if (target === undefined) refuse(response, refusal ?? 503);
      else await forward(request, response, target, options.dropsInvalidHeaders);
    },
  };
}

function refusalOf(request: IncomingMessage, hosts: readonly string[], host: string): number | undefined {
  // No rule but the default one, which the controller makes to answer 404.
  if (hosts.length > 0 && !hosts.includes(host)) return 404;
  const line = `${request.method ?? ''} ${request.url ?? ''} HTTP/1.1`;
  if (Buffer.byteLength(line) > limits.requestLine) return 414;
  const sizes = pairs(request.rawHeaders).map(([name, value]) => Buffer.byteLength(`${name}: ${value}`));
  const isTooMuch =
    sizes.some((size) => size > limits.header) ||
    sizes.reduce((sum, size) => sum + size + 2, 0) > limits.requestHeaders;
  return isTooMuch ? 400 : undefined;
}

let turn = 0;

/** The healthy ones take turns, as by the algorithm that a target group has unless it is changed: round robin. */
async function chooseTarget(targets: readonly Target[]): Promise<Target | undefined> {
  const answers = await Promise.all(targets.map(isHealthy));
  const healthy = targets.filter((_, index) => answers[index]);
  turn += 1;
  return healthy[turn % healthy.length];
}

async function isHealthy({ healthUrl }: Target): Promise<boolean> {
  try {
    return (await fetch(healthUrl, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  dropsInvalidHeaders: boolean,
): Promise<void> {
  const headers = pairs(request.rawHeaders).filter(
    ([name]) =>
      !hopByHop.has(name.toLowerCase()) &&
      !/^x-forwarded-(for|proto|port)$/i.test(name) &&
      (!dropsInvalidHeaders || validName.test(name)),
  );
  const before = request.headers['x-forwarded-for'];
  const client = request.socket.remoteAddress ?? '';
  headers.push(
    ['X-Forwarded-For', before === undefined ? client : `${String(before)}, ${client}`],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Port', '443'],
  );
  if (request.headers['transfer-encoding'] !== undefined) headers.push(['Transfer-Encoding', 'chunked']);
  await new Promise<void>((resolve) => {
    const upstream = httpRequest(
      {
        agent,
        host: target.host,
        port: target.port,
        method: request.method,
        path: request.url,
        headers: headers.flat(),
        setHost: false,
        maxHeaderSize: limits.responseHeaders,
      },
      (answer) => {
        response.writeHead(
          answer.statusCode ?? 502,
          pairs(answer.rawHeaders)
            .filter(([name]) => !hopByHop.has(name.toLowerCase()))
            .flat(),
        );
        answer.pipe(response);
        answer.on('close', resolve);
      },
    );
    upstream.on('error', () => {
      if (!response.headersSent) refuse(response, 502);
      else response.destroy();
      resolve();
    });
    response.on('close', () => {
      upstream.destroy();
      resolve();
    });
    request.pipe(upstream);
  });
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { server: 'awselb/2.0', 'content-type': 'text/html' });
  response.end(`<html><body><center><h1>${status}</h1></center></body></html>`);
}

/** Node's flat list of names and values. */
function pairs(raw: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [
    raw[index * 2] ?? '',
    raw[index * 2 + 1] ?? '',
  ]);
}
