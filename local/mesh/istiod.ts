import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { KubeObject } from '../kubernetes/kube-client';
import type { ControlPlane } from '../kubernetes/control-plane';
import { startChild } from '../processes/child';
import { freePort, loopback } from '../processes/free-port';
import { waitWhileRunning } from '../processes/wait-while-running';
import { withoutPods } from './without-pods';

export interface IstiodOptions {
  cluster: ControlPlane;
  /** Path of pilot-discovery. */
  program: string;
  dir: string;
  /** The region's internet, where the keys of tokens are. */
  proxyUrl: string;
  caFile: string;
  /** {@link Istiod.address} of one that was there before: agents ask for it there. */
  address?: string;
  onLine: (line: string) => void;
}

/** Istio's control plane, which configures Envoy from the objects in the cluster. */
export interface Istiod {
  /** `localhost:PORT`, for agents: configuration and certificates. */
  readonly address: string;
  stop(): Promise<void>;
}

/** What upstream Envoy lacks of Istio's own build is turned off. */
const plainEnvoy = {
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
  PILOT_ENABLE_TELEMETRY_LABEL: 'false',
  PILOT_ENABLE_ALPN_FILTER: 'false',
  PILOT_DISABLE_MX_ALPN: 'true',
};

/** Starts istiod over a cluster, with the mesh configuration that the installation has applied there. */
export async function startIstiod(options: IstiodOptions): Promise<Istiod> {
  const { cluster, program, dir, proxyUrl, caFile, onLine } = options;
  await mkdir(dir, { recursive: true });
  const api = await withoutPods(cluster);
  const kubeconfig = join(dir, 'kubeconfig');
  const context = { cluster: 'local', user: 'local' };
  await writeFile(
    kubeconfig,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'local', cluster: { server: api.url } }],
      users: [{ name: 'local', user: {} }],
      contexts: [{ name: 'local', context }],
      'current-context': 'local',
    }),
    { mode: 0o600 },
  );
  const mesh = join(dir, 'mesh.yaml');
  await writeFile(mesh, stringify(await meshConfiguration(cluster)));
  const networks = join(dir, 'networks.yaml');
  await writeFile(networks, 'networks: {}\n');
  const [http, grpc, free, webhooks, monitoring, inspection] = await Promise.all(
    Array.from({ length: 6 }, () => freePort()),
  );
  const secure = options.address === undefined ? free : Number(options.address.split(':')[1]);
  const at = (port: number | undefined): string => `${loopback}:${port ?? 0}`;
  const child = startChild({
    name: 'istiod',
    command: program,
    cwd: dir,
    args: [
      'discovery',
      `--kubeconfig=${kubeconfig}`,
      `--meshConfig=${mesh}`,
      `--networksConfig=${networks}`,
      `--httpAddr=${at(http)}`,
      `--grpcAddr=${at(grpc)}`,
      `--secureGRPCAddr=${at(secure)}`,
      `--httpsAddr=${at(webhooks)}`,
      `--monitoringAddr=${at(monitoring)}`,
      `--ctrlz_address=${loopback}`,
      `--ctrlz_port=${inspection ?? 0}`,
      '--profile=false',
      '--shutdownDuration=0s',
    ],
    env: {
      PATH: process.env['PATH'],
      HOME: dir,
      ...plainEnvoy,
      POD_NAME: 'istiod-local',
      POD_NAMESPACE: 'istio-system',
      CLUSTER_ID: 'Kubernetes',
      REVISION: 'default',
      PILOT_CERT_PROVIDER: 'istiod',
      // The only name by which it is asked here.
      ISTIOD_CUSTOM_HOST: 'localhost',
      VALIDATION_WEBHOOK_CONFIG_NAME: '',
      INJECTION_WEBHOOK_CONFIG_NAME: '',
      HTTPS_PROXY: proxyUrl,
      NO_PROXY: 'localhost,127.0.0.0/8',
      SSL_CERT_FILE: caFile,
      // Changes of objects reach Envoy at once; in a cluster it may take a second.
      PILOT_DEBOUNCE_AFTER: '20ms',
    },
    onLine,
  });
  const stop = async (): Promise<void> => {
    await child.stop(5000);
    api.close();
  };
  try {
    await waitWhileRunning(child, async () => (await fetch(`http://${at(http)}/ready`)).ok, {
      what: 'istiod to be ready',
      timeoutMs: 120_000,
      intervalMs: 200,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `localhost:${secure ?? 0}`, stop };
}

/** As it stands in the cluster, without what sends metrics to extensions that Envoy has not. */
async function meshConfiguration(cluster: ControlPlane): Promise<object> {
  const found = await cluster.client.find<KubeObject & { data?: Record<string, string> }>(
    '/api/v1/namespaces/istio-system/configmaps/istio',
  );
  if (found === undefined)
    throw new Error('Istio is not installed in this cluster: there is no ConfigMap istio');
  const installed = parse(found.data?.['mesh'] ?? '{}') as Record<string, unknown>;
  return { ...installed, defaultProviders: {}, enablePrometheusMerge: false, accessLogFile: '' };
}
