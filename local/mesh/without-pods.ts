import { randomBytes } from 'node:crypto';
import { Agent, request as httpsRequest } from 'node:https';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ControlPlane } from '../kubernetes/control-plane';
import { loopback } from '../processes/free-port';

/**
 * The API server as istiod sees it: everything but the addresses of pods. kwok's pods run nothing, so requests must go to
 * what stands in for them (WorkloadEntries), and to that alone.
 *
 * @returns the address to ask, and how to close it
 */
export async function withoutPods({
  endpoint,
  caPem,
  adminToken,
}: Pick<ControlPlane, 'endpoint' | 'caPem' | 'adminToken'>): Promise<{ url: string; close: () => void }> {
  const agent = new Agent({ keepAlive: true, ca: caPem });
  const target = new URL(endpoint);
  // Kubernetes' clients send no token without TLS. Who does not know the address has no business here.
  const secret = `/${randomBytes(32).toString('hex')}`;
  const server = createServer((request, response) => {
    const { url = '' } = request;
    if (!url.startsWith(`${secret}/`)) {
      response.writeHead(403).end();
      return;
    }
    const upstream = httpsRequest(
      {
        agent,
        host: target.hostname,
        port: target.port,
        method: request.method,
        path: withoutEndpoints(url.slice(secret.length)),
        headers: { ...request.headers, host: target.host, authorization: `Bearer ${adminToken}` },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        // A watch's first event may be long in coming.
        response.flushHeaders();
        answer.pipe(response);
      },
    );
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}${secret}`,
    close: () => {
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
}

function withoutEndpoints(path: string): string {
  const url = new URL(path, 'http://localhost');
  if (!/\/endpointslices$/.test(url.pathname)) return path;
  url.searchParams.set('labelSelector', 'kubernetes.io/service-name=none');
  return `${url.pathname}${url.search}`;
}
