import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ControlPlane } from '../kubernetes/control-plane';
import { startChild, type Child } from '../processes/child';
import { freePort } from '../processes/free-port';
import { environmentOf, type Installed } from './installed';

export interface KarpenterOptions {
  cluster: Pick<ControlPlane, 'client' | 'endpoint' | 'caPem'>;
  /** Path of the controller. */
  program: string;
  /** For its kubeconfig. */
  dir: string;
  installed: Installed;
  /** How it reaches AWS, and as whom: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` and so on. */
  aws: Readonly<Record<string, string>>;
  onLine: (line: string) => void;
}

/** Of a service account's token, in seconds: nobody renews it, as a kubelet would. */
const tokenSeconds = 30 * 24 * 3600;

/**
 * Starts Karpenter's controller as the installed chart has it: with the chart's settings, and in the cluster with no rights but
 * those that the chart gives its service account.
 */
export async function startKarpenter(options: KarpenterOptions): Promise<Child> {
  const { cluster, program, dir, installed, aws, onLine } = options;
  const { namespace = '' } = installed.metadata;
  const { serviceAccountName = 'default' } = installed.spec.template.spec;
  const { status } = await cluster.client.json<{ status: { token: string } }>({
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccountName}/token`,
    method: 'POST',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: tokenSeconds },
    },
  });
  await mkdir(dir, { recursive: true });
  const kubeconfig = join(dir, 'kubeconfig');
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
      users: [{ name: 'karpenter', user: { token: status.token } }],
      contexts: [{ name: 'local', context: { cluster: 'local', user: 'karpenter' } }],
      'current-context': 'local',
    }),
    { mode: 0o600 },
  );
  const [metrics, probes] = await Promise.all([freePort(), freePort()]);
  return startChild({
    name: 'karpenter',
    command: program,
    cwd: dir,
    env: {
      HOME: dir,
      ...environmentOf(installed),
      METRICS_PORT: String(metrics),
      HEALTH_PROBE_PORT: String(probes),
      // A pod knows its namespace from a file.
      LEADER_ELECTION_NAMESPACE: namespace,
      ...aws,
      KUBECONFIG: kubeconfig,
    },
    onLine,
  });
}
