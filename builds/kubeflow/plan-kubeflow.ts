import type { PlannedChange } from '../../core/plan';
import type { BuildCluster } from '../../core/handover/cluster';
import { requireSupported } from './supported';
import type { Kubectl } from '../kubernetes/kubectl';
import { installationChanges, type ReadOnlyKubectl } from './installation-changes';
import { renderComponents, type RenderInput } from './render-components';
import { readProxySecret, type ReadSecret } from './secret';

/** What the build is given: all of it is known, or the workflow does not ask it for a plan. */
export type PlanInput = Omit<RenderInput, 'cluster' | 'secretVersion'> & { cluster: BuildCluster };

export interface PlanTools {
  /** Brings the distribution onto this machine. */
  distribution: () => Promise<string>;
  rbac: string;
  kubectl: ReadOnlyKubectl & Pick<Kubectl, 'kustomize'>;
  readSecret: ReadSecret;
}

/**
 * Finds what the build would do, by reads alone.
 *
 * @throws UserError what the build itself would stop at
 */
export async function planKubeflow(
  input: PlanInput,
  { distribution, rbac, kubectl, readSecret }: PlanTools,
  add: (change: PlannedChange) => void,
): Promise<void> {
  const { configuration, identity, cluster } = input;
  const { installer } = configuration.kubeflow;
  requireSupported(installer, cluster.version);
  if (installer === 'kfctl') {
    add({ action: 'change', what: 'Kubeflow 1.2: kfctl applies all of it, whatever is there' });
    return;
  }
  const components = await renderComponents(
    { ...input, secretVersion: await secretVersion(identity.secretArn, readSecret) },
    { distribution: await distribution(), rbac, kustomize: async (folder) => kubectl.kustomize(folder) },
  );
  await installationChanges(components, kubectl, add);
}

/** A secret that cannot be used is written again by the step before the build, and has another version then. */
async function secretVersion(arn: string, read: ReadSecret): Promise<string | undefined> {
  try {
    return (await readProxySecret(arn, read)).version;
  } catch (error) {
    if (error instanceof Error && error.name === 'SecretMissing') return undefined;
    throw error;
  }
}
