import { kubeconfigOfServiceAccount } from '../kubernetes/as-service-account';
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

/**
 * Starts Karpenter's controller as the installed chart has it: with the chart's settings, and in the cluster with no rights but
 * those that the chart gives its service account.
 */
export async function startKarpenter(options: KarpenterOptions): Promise<Child> {
  const { cluster, program, dir, installed, aws, onLine } = options;
  const { namespace = '' } = installed.metadata;
  const { serviceAccountName = 'default' } = installed.spec.template.spec;
  const kubeconfig = await kubeconfigOfServiceAccount(cluster, {
    namespace,
    name: serviceAccountName,
    folder: dir,
  });
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
