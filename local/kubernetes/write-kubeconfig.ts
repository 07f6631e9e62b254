import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import type { KeyPair } from './pki';

/**
 * Writes a kubeconfig with everything embedded, readable by its owner only.
 *
 * @param user a client certificate, a bearer token, or nobody.
 */
export async function writeKubeconfig(
  path: string,
  cluster: { server: string; caCertificate: string; name?: string },
  user: { pair: KeyPair } | { token: string } | 'nobody',
): Promise<void> {
  const name = cluster.name ?? 'local';
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: cluster.server,
          'certificate-authority-data': await base64(cluster.caCertificate),
        },
      },
    ],
    users: [{ name, user: await credentials(user) }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  await writeFile(path, stringify(content), { mode: 0o600 });
}

async function credentials(
  user: { pair: KeyPair } | { token: string } | 'nobody',
): Promise<Record<string, string>> {
  if (user === 'nobody') return {};
  if ('token' in user) return { token: user.token };
  return {
    'client-certificate-data': await base64(user.pair.certificate),
    'client-key-data': await base64(user.pair.key),
  };
}

async function base64(path: string): Promise<string> {
  return (await readFile(path)).toString('base64');
}
