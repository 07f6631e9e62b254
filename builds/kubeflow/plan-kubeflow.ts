import { artifactStoreOf } from '../../core/artifact-store';
import type { BuildConfiguration } from '../../core/configuration';
import type { PlannedChange } from '../../core/plan';
import type { BuildCluster } from '../../core/handover/cluster';
import { requireDataStays } from './database-moves';
import { readDatabaseUser } from './database-secrets';
import { requireSupported } from './supported';
import { readIngressAnnotations } from '../kubernetes/ingress-annotations';
import type { Kubectl } from '../kubernetes/kubectl';
import { externalDatabase, type DatabaseLocation } from './overlay/external-database';
import { requireNoFormerStore } from './overlay/artifact-store';
import { installationChanges, type ReadOnlyKubectl } from './installation-changes';
import { renderComponents, type RenderInput } from './render-components';
import { planProfiles } from './registry-profiles';
import { readProxySecret, type ReadSecret } from './secret';

/** What the build is given: all of it is known, or the workflow does not ask it for a plan. */
export type PlanInput = Omit<RenderInput, 'cluster' | 'secretVersion' | 'database' | 'ingressBefore'> & {
  cluster: BuildCluster;
  location?: DatabaseLocation | undefined;
};

export interface PlanTools {
  /** Brings the distribution onto this machine. */
  distribution: () => Promise<string>;
  rbac: string;
  kubectl: ReadOnlyKubectl & Pick<Kubectl, 'kustomize'>;
  readSecret: ReadSecret;
  readDatabaseSecret: (arn: string) => ReturnType<ReadSecret>;
}

/**
 * Finds what the build would do, by reads alone.
 *
 * @throws UserError what the build itself would stop at
 */
export async function planKubeflow(
  input: PlanInput,
  { distribution, rbac, kubectl, readSecret, readDatabaseSecret }: PlanTools,
  add: (change: PlannedChange) => void,
): Promise<void> {
  const { configuration, identity, cluster, location } = input;
  const { installer } = configuration.kubeflow;
  requireSupported(installer, cluster.version);
  if (installer === 'kfctl') {
    add({ action: 'change', what: 'Kubeflow 1.2: kfctl applies all of it, whatever is there' });
    return;
  }
  await requireDataStays(kubectl, configuration);
  await requireNoFormerStore(kubectl, artifactStoreOf(configuration));
  const components = await renderComponents(
    {
      ...input,
      secretVersion: await secretVersion(identity.secretArn, readSecret),
      database: externalDatabase(
        configuration,
        location,
        location && (await databaseSecretVersion(configuration, location, readDatabaseSecret)),
      ),
      ingressBefore: await readIngressAnnotations(kubectl),
    },
    { distribution: await distribution(), rbac, kustomize: async (folder) => kubectl.kustomize(folder) },
  );
  await planProfiles(configuration.kubeflow.model_registry?.namespaces ?? [], kubectl, add);
  await installationChanges(components, kubectl, add);
}

/** That of a database that is made is made by the build before, so that it may not be there yet. */
async function databaseSecretVersion(
  { database }: BuildConfiguration,
  { secretArn }: DatabaseLocation,
  read: PlanTools['readDatabaseSecret'],
): Promise<string | undefined> {
  if (database?.create !== undefined && (await read(secretArn)) === undefined) return undefined;
  return (await readDatabaseUser(secretArn, async () => read(secretArn))).version;
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
