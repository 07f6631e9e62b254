import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ControlPlane } from './control-plane';

/** Of a token, in seconds: nobody renews it, as a kubelet would. */
const tokenSeconds = 30 * 24 * 3600;

/**
 * Writes a kubeconfig with which a program has the rights of a service account, as a pod of it would, and no others.
 *
 * @param folder for it, made where it is not there
 * @returns its path
 */
export async function kubeconfigOfServiceAccount(
  cluster: Pick<ControlPlane, 'client' | 'endpoint' | 'caPem'>,
  { namespace, name, folder }: { namespace: string; name: string; folder: string },
): Promise<string> {
  const { status } = await cluster.client.json<{ status: { token: string } }>({
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    method: 'POST',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: tokenSeconds },
    },
  });
  await mkdir(folder, { recursive: true });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(
    kubeconfig,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'local',
          cluster: {
            server: cluster.endpoint,
            'certificate-authority-data': Buffer.from(cluster.caPem).toString('base64'),
          },
        },
      ],
      users: [{ name, user: { token: status.token } }],
      contexts: [{ name: 'local', context: { cluster: 'local', user: name } }],
      'current-context': 'local',
    }),
    { mode: 0o600 },
  );
  return kubeconfig;
}
