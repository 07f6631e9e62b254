/** The build that installs Kubeflow, or brings it to what is configured; with MODE=plan it only says what it would do. */
import { buildEnvironment } from '../../core/handover/build-environment';
import { join } from 'node:path';
import { artifactStoreOf } from '../../core/artifact-store';
import { createClients } from '../../adapters/aws/clients';
import { tagWaits } from '../../adapters/aws/tag-visibility';
import { listAddons } from '../../adapters/aws/eks-inventory';
import { readSecretVersion } from '../../adapters/aws/secrets-manager';
import { run } from '../support/command';
import { readConfiguration, readInput } from '../support/input';
import { requireLockOfBuild } from '../support/lock';
import { runMain } from '../support/run-main';
import { inPlanMode, writePlan } from '../support/plan-output';
import { say } from '../support/say';
import { reader } from '../tools/download';
import { selectedComponents } from './components';
import { noteQuotas, readQuotaRules } from './note-quotas';
import { ensureGeneratedSecrets } from './generate-secrets';
import type { RenderedComponent } from './component';
import { requireDataStays } from './database-moves';
import { ensureDatabaseSecret, readDatabaseUser } from './database-secrets';
import { locateDatabase } from './locate-database';
import { install } from './install';
import { requireSupported } from './supported';
import { runKfctl } from './kfctl';
import { enterCluster } from '../kubernetes/enter-cluster';
import { readIngressAnnotations } from '../kubernetes/ingress-annotations';
import { readComponentTimeout } from './component-timeout';
import { requireNoFormerStore } from './overlay/artifact-store';
import { externalDatabase, isStoring } from './overlay/external-database';
import { secretsToGenerate } from './overlay/generated-secrets';
import { registrySecrets } from './overlay/namespace-registry';
import { planKubeflow } from './plan-kubeflow';
import { awaitPrerequisites } from './prerequisites';
import { kustomizationsOf, renderComponents } from './render-components';
import { ensureProfiles } from './registry-profiles';
import { ensureProxySecret, readProxySecret } from './secret';
import { fetchDistribution } from './source';

runMain(async () => {
  const configuration = readConfiguration();
  const found = readInput('FOUND');
  const identity = readInput('IDENTITY');
  const cluster = readInput('CLUSTER');
  const patience = readComponentTimeout(buildEnvironment());
  const { region, kubeflow } = configuration;
  const clients = createClients({ region, tagWaits });
  const { file, kubectl } = await enterCluster(clients, cluster);
  const rbac = join(__dirname, 'rbac');
  const { secretArn } = identity;
  const readSecret = async () => readSecretVersion(clients, secretArn);
  const readDatabaseSecret = async (arn: string) => readSecretVersion(clients, arn);
  const distribution = async () =>
    fetchDistribution({
      source: kubeflow.source,
      kustomizations: (folder) => kustomizationsOf(selectedComponents(kubeflow.components), folder),
      mirror: buildEnvironment().KUBEFLOW_DISTRIBUTION_MIRROR,
      get: reader(clients),
      run,
      say,
    });

  if (inPlanMode()) {
    const location = await locateDatabase(clients, configuration, { planned: true });
    const input = { configuration, found, identity, cluster, location };
    const tools = { distribution, rbac, kubectl, readSecret, readDatabaseSecret };
    await writePlan(
      async (add, note) => {
        await planKubeflow(input, tools, add);
        await noteQuotas(readQuotaRules(), kubectl, note);
      },
      { say },
    );
    return;
  }
  await requireLockOfBuild(clients, configuration.eks_name);
  requireSupported(kubeflow.installer, cluster.version);
  if (kubeflow.installer === 'kfctl') {
    await runKfctl({ configuration, identity, kubeconfig: file, run, say });
    return;
  }
  const store = artifactStoreOf(configuration);
  await requireNoFormerStore(kubectl, store);
  // Before anything is applied: a login without its secret would be half of one.
  const { version } = await readProxySecret(secretArn, readSecret);
  const location = await locateDatabase(clients, configuration);
  const readUser = async () => readDatabaseSecret(location?.secretArn ?? '');
  const databaseSecretVersion = location && (await readDatabaseUser(location.secretArn, readUser)).version;
  const database = externalDatabase(configuration, location, databaseSecretVersion);
  await requireDataStays(kubectl, configuration);
  await awaitPrerequisites({
    kubectl,
    addons: async () => listAddons(clients, cluster.name),
    say,
    ...patience,
  });
  const components = await renderComponents(
    {
      ...{ configuration, found, identity, cluster },
      secretVersion: version,
      database,
      ingressBefore: await readIngressAnnotations(kubectl),
    },
    { distribution: await distribution(), rbac, kustomize: async (folder) => kubectl.kustomize(folder) },
  );
  const prepare = async ({ id, objects }: RenderedComponent): Promise<void> => {
    if (id === 'login') await ensureProxySecret(kubectl, { secretArn, version, read: readSecret });
    await ensureGeneratedSecrets(kubectl, secretsToGenerate(id, objects));
    if (
      location !== undefined &&
      database !== undefined &&
      databaseSecretVersion !== undefined &&
      isStoring(id)
    )
      await ensureDatabaseSecret(
        kubectl,
        id,
        { ...database, secretVersion: databaseSecretVersion },
        { secretArn: location.secretArn, read: readUser },
      );
    const { namespaces = [] } = kubeflow.model_registry ?? {};
    if (id !== 'model-registry') return;
    const owner = configuration.access.profile_owner;
    await ensureProfiles(namespaces, { kubectl, owner, say, ...patience });
    await ensureGeneratedSecrets(kubectl, registrySecrets(namespaces));
  };
  await install(
    components.map((component) => ({ ...component, prepare: async () => prepare(component) })),
    { kubectl, say, ...patience },
  );
});
