import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeClient, KubeObject } from '../kubernetes/kube-client';
import { startChild } from '../processes/child';
import { waitWhileRunning } from '../processes/wait-while-running';

export interface Oauth2ProxyOptions {
  client: KubeClient;
  /** Path of oauth2-proxy. */
  program: string;
  /** Of loopback. */
  address: string;
  dir: string;
  proxyUrl: string;
  caFile: string;
  onLine: (line: string) => void;
}

/** The authorizer of the gateway. */
export interface Oauth2Proxy {
  /** Where Envoy asks it. */
  readonly url: string;
  stop(): Promise<void>;
}

const namespace = 'oauth2-proxy';
const port = 4180;

interface Variable {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: { name: string; key: string };
    configMapKeyRef?: { name: string; key: string };
  };
}
interface Container {
  name: string;
  args?: string[];
  env?: Variable[];
}
interface Deployment extends KubeObject {
  spec: {
    template: {
      spec: { containers: Container[]; volumes?: { name: string; configMap?: { name: string } }[] };
    };
  };
}

/**
 * Starts oauth2-proxy as its Deployment in the cluster would: with its arguments, its configuration file, and its
 * environment with the values of the Secret.
 */
export async function startOauth2Proxy(options: Oauth2ProxyOptions): Promise<Oauth2Proxy> {
  const { client, program, address, dir, proxyUrl, caFile, onLine } = options;
  await mkdir(dir, { recursive: true });
  const { spec } = await client.get<Deployment>(
    `/apis/apps/v1/namespaces/${namespace}/deployments/oauth2-proxy`,
  );
  const { containers, volumes = [] } = spec.template.spec;
  const container = containers.find(({ name }) => name === 'oauth2-proxy') ?? containers[0];
  for (const { configMap } of volumes) {
    if (configMap === undefined) continue;
    const { data = {} } = await client.get<KubeObject & { data?: Record<string, string> }>(
      `/api/v1/namespaces/${namespace}/configmaps/${configMap.name}`,
    );
    for (const [name, text] of Object.entries(data)) await writeFile(join(dir, name), text);
  }
  const environment: NodeJS.ProcessEnv = {};
  for (const variable of container?.env ?? []) {
    const value = await valueOf(client, variable);
    if (value !== undefined) environment[variable.name] = value;
  }
  const args = (container?.args ?? [])
    .map((argument) => argument.replace(/\$\((\w+)\)/g, (_, name: string) => environment[name] ?? ''))
    .map((argument) =>
      argument
        .replace(/^(--http[-_]address=).*$/, `$1${address}:${port}`)
        .replace(/^(--config=).*\/([^/]+)$/, `$1${join(dir, '$2')}`),
    );
  const child = startChild({
    name: 'oauth2-proxy',
    command: program,
    args,
    cwd: dir,
    env: {
      PATH: process.env['PATH'],
      ...environment,
      // In the cluster Cognito is asked directly, or by a proxy of the company.
      HTTPS_PROXY: proxyUrl,
      NO_PROXY: 'localhost,127.0.0.0/8',
      SSL_CERT_FILE: caFile,
    },
    onLine,
  });
  try {
    await waitWhileRunning(child, async () => (await fetch(`http://${address}:${port}/ping`)).ok, {
      what: 'oauth2-proxy to be ready',
      timeoutMs: 60_000,
      intervalMs: 100,
    });
  } catch (error) {
    await child.stop(1000);
    throw error;
  }
  return {
    url: `http://${address}:${port}`,
    stop: async () => {
      await child.stop(3000);
    },
  };
}

async function valueOf(client: KubeClient, { value, valueFrom }: Variable): Promise<string | undefined> {
  if (value !== undefined) return value;
  const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  const read = async (kind: string, name: string, key: string): Promise<string | undefined> =>
    (
      await client.find<KubeObject & { data?: Record<string, string> }>(
        `/api/v1/namespaces/${namespace}/${kind}/${name}`,
      )
    )?.data?.[key];
  if (configMapKeyRef !== undefined) return read('configmaps', configMapKeyRef.name, configMapKeyRef.key);
  if (secretKeyRef === undefined) return undefined;
  const encoded = await read('secrets', secretKeyRef.name, secretKeyRef.key);
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}
