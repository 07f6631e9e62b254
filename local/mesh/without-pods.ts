import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ControlPlane } from '../kubernetes/control-plane';
import { forwarderTo } from '../kubernetes/forwarder';
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
  const { forward, close } = forwarderTo({ endpoint, caPem });
  const { host } = new URL(endpoint);
  // Kubernetes' clients send no token without TLS. Who does not know the address has no business here.
  const secret = `/${randomBytes(32).toString('hex')}`;
  const server = createServer((request, response) => {
    const { url = '' } = request;
    if (!url.startsWith(`${secret}/`)) {
      response.writeHead(403).end();
      return;
    }
    forward(request, response, {
      path: withoutEndpoints(url.slice(secret.length)),
      headers: { host, authorization: `Bearer ${adminToken}` },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}${secret}`,
    close: () => {
      server.closeAllConnections();
      server.close();
      close();
    },
  };
}

function withoutEndpoints(path: string): string {
  const url = new URL(path, 'http://localhost');
  if (!/\/endpointslices$/.test(url.pathname)) return path;
  url.searchParams.set('labelSelector', 'kubernetes.io/service-name=none');
  return `${url.pathname}${url.search}`;
}
