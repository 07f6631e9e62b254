import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loopback } from '../processes/free-port';
import { forwarderTo } from './forwarder';

/** Another address of an API server, at which it has the version that EKS gives to the cluster. */
export interface VersionedEndpoint {
  /** `https://127.0.0.1:PORT`, certified by the cluster's authority. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Opens it. The API server of this machine has one version; whoever upgrades a cluster waits until it says another
 * (eksctl 0.230, `pkg/eks/update.go`, waitForControlPlaneVersion).
 *
 * @param dir of the control plane, where its certificates are
 * @param version the minor version to say: `1.35`
 */
export async function openVersionedEndpoint(
  dir: string,
  { endpoint, caPem }: { endpoint: string; caPem: string },
  version: () => string,
): Promise<VersionedEndpoint> {
  const serving = (kind: string): Promise<Buffer> => readFile(join(dir, 'pki', `serving.${kind}`));
  const { forward, close } = forwarderTo({ endpoint, caPem });
  const server = createServer(
    { cert: await serving('crt'), key: await serving('key') },
    (incoming, outgoing) => {
      if (incoming.url?.split('?')[0] !== '/version') {
        forward(incoming, outgoing);
        return;
      }
      const [major, minor] = version().split('.');
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(
        JSON.stringify({ major, minor, gitVersion: `v${version()}.0-eks-local`, platform: 'linux' }),
      );
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, loopback, resolve);
  });
  return {
    endpoint: `https://${loopback}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        close();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
