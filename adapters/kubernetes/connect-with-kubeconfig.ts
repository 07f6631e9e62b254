import { KubeConfig } from '@kubernetes/client-node';
import { readFile } from 'node:fs/promises';
import { createKubernetesClient, type KubernetesClient } from './client';

/** Which of an operator's clusters. */
export interface KubeconfigOptions {
  /** A file; by default KUBECONFIG, then `~/.kube/config`. */
  readonly path?: string | undefined;
  /** A context of it; by default the current one. */
  readonly context?: string | undefined;
}

/**
 * Connects with an operator's own kubeconfig, for reports and tests. Its parsing, its exec plugins (`aws eks
 * get-token`) and its certificates are @kubernetes/client-node's; the requests are ours. Not for functions: importing
 * that library takes a second (docs/adr/0030-kubernetes-client.md).
 *
 * @throws Error where the context names no cluster, or the cluster no authority of its own
 */
export async function connectWithKubeconfig(options: KubeconfigOptions = {}): Promise<KubernetesClient> {
  const config = new KubeConfig();
  if (options.path === undefined) config.loadFromDefault();
  else config.loadFromFile(options.path);
  if (options.context !== undefined) config.setCurrentContext(options.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(
      `the kubeconfig's context ${config.getCurrentContext()} names no cluster; set one that does`,
    );
  }
  const caPem = await pem(cluster.caData, cluster.caFile);
  if (caPem === undefined) {
    throw new Error(
      `the cluster ${cluster.name} has no certificate authority in the kubeconfig; only a named one is trusted`,
    );
  }
  const user = config.getCurrentUser();
  const certPem = await pem(user?.certData, user?.certFile);
  const keyPem = await pem(user?.keyData, user?.keyFile);
  return createKubernetesClient({
    endpoint: cluster.server,
    caPem,
    ...(certPem !== undefined && keyPem !== undefined
      ? { certificate: { certPem, keyPem } }
      : { token: () => bearerOf(config) }),
    timeoutMs: 30_000,
  });
}

/** The token as the library would send it, exec plugins run and all. */
async function bearerOf(config: KubeConfig): Promise<string> {
  const options: { headers: Record<string, string> } = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const [, token] = /^Bearer (.+)$/.exec(options.headers['Authorization'] ?? '') ?? [];
  if (token === undefined)
    throw new Error('the kubeconfig’s user has neither a token nor a certificate that could be used');
  return token;
}

async function pem(data: string | undefined, file: string | undefined): Promise<string | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  return file === undefined ? undefined : readFile(file, 'utf8');
}
