import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeClient, KubeObject } from '../kubernetes/kube-client';
import { startChild } from '../processes/child';
import { waitFor } from '../processes/wait-for';
import { waitWhileRunning } from '../processes/wait-while-running';
import { bootstrapTemplate, ports } from './bootstrap';

export interface ProxyOptions {
  kind: 'router' | 'sidecar';
  client: KubeClient;
  namespace: string;
  /** Of the workload, as its pod would be called. */
  name: string;
  serviceAccount: string;
  labels: Readonly<Record<string, string>>;
  /** Of loopback. */
  address: string;
  /** Paths of pilot-agent and Envoy. */
  programs: { agent: string; envoy: string };
  /** {@link Istiod.address} */
  istiod: string;
  dir: string;
  onLine: (line: string) => void;
}

/** An Envoy with Istio's agent, which starts it and gives it certificates. */
export interface Proxy {
  readonly address: string;
  /** What the load balancer asks for its health: `http://ADDRESS:15021/healthz/ready`. */
  readonly healthUrl: string;
  stop(): Promise<void>;
}

/** A kubelet asks for the token of Istio's agent with this audience, for 12 hours (Istio 1.30, injection template). */
const token = { audiences: ['istio-ca'], expirationSeconds: 43_200 };

/** Starts the proxy of a workload, as a pod with an injected sidecar, or one of the gateway, would have it. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { kind, namespace, name, serviceAccount, labels, address, programs, istiod, dir } = options;
  await writeSecrets(options);
  const template = join(dir, 'bootstrap.json');
  await writeFile(template, bootstrapTemplate(address));
  const configuration = {
    discoveryAddress: istiod,
    binaryPath: programs.envoy,
    configPath: './etc/istio/proxy',
    proxyBootstrapTemplatePath: template,
    proxyAdminPort: ports.admin,
    terminationDrainDuration: '0s',
    concurrency: 1,
    controlPlaneAuthPolicy: 'MUTUAL_TLS',
  };
  const child = startChild({
    name: `proxy of ${name}.${namespace}`,
    command: programs.agent,
    cwd: dir,
    args: [
      'proxy',
      kind,
      `--domain=${namespace}.svc.cluster.local`,
      '--proxyLogLevel=warning',
      '--profiling=false',
    ],
    env: {
      PATH: process.env['PATH'],
      HOME: dir,
      POD_NAME: name,
      POD_NAMESPACE: namespace,
      SERVICE_ACCOUNT: serviceAccount,
      INSTANCE_IP: address,
      TRUST_DOMAIN: 'cluster.local',
      CA_ADDR: istiod,
      JWT_POLICY: 'third-party-jwt',
      ISTIO_META_CLUSTER_ID: 'Kubernetes',
      ISTIO_META_INTERCEPTION_MODE: 'NONE',
      ISTIO_METAJSON_LABELS: JSON.stringify(labels),
      ISTIO_META_MESH_ID: 'cluster.local',
      ENVOY_STATUS_PORT: String(ports.health),
      PROXY_CONFIG: JSON.stringify(configuration),
    },
    onLine: options.onLine,
  });
  const healthUrl = `http://${address}:${ports.health}/healthz/ready`;
  try {
    await waitWhileRunning(child, async () => (await fetch(healthUrl)).ok, {
      what: `${child.name} to be ready`,
      timeoutMs: 90_000,
      intervalMs: 100,
    });
  } catch (error) {
    await child.stop(1000);
    throw error;
  }
  return {
    address,
    healthUrl,
    stop: async () => {
      await child.stop(5000);
    },
  };
}

/** What a pod has mounted: a token of its service account for istiod, istiod's root certificate, and its annotations. */
async function writeSecrets({ client, namespace, serviceAccount, dir }: ProxyOptions): Promise<void> {
  const secrets = join(dir, 'var', 'run', 'secrets');
  await mkdir(join(secrets, 'tokens'), { recursive: true });
  await mkdir(join(secrets, 'istio'), { recursive: true });
  const pod = join(dir, 'etc', 'istio', 'pod');
  await mkdir(pod, { recursive: true });
  // The agent's own server would listen on every address of the machine.
  await writeFile(join(pod, 'annotations'), 'status.sidecar.istio.io/port="0"\n');
  const { status } = await client.json<{ status: { token: string } }>({
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
    method: 'POST',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: token },
  });
  await writeFile(join(secrets, 'tokens', 'istio-token'), status.token, { mode: 0o600 });
  const root = await waitFor(
    async () =>
      (
        await client.find<KubeObject & { data?: Record<string, string> }>(
          `/api/v1/namespaces/${namespace}/configmaps/istio-ca-root-cert`,
        )
      )?.data?.['root-cert.pem'],
    { what: `istiod's root certificate in ${namespace}`, intervalMs: 100 },
  );
  await writeFile(join(secrets, 'istio', 'root-cert.pem'), root);
}
