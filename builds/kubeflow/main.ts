/** The build that installs Kubeflow, or brings it to what is configured. */
import { join } from 'node:path';
import { createClients } from '../../adapters/aws/clients';
import { listAddons } from '../../adapters/aws/eks-inventory';
import { readSecretVersion } from '../../adapters/aws/secrets-manager';
import { run } from '../support/command';
import { clusterSchema, foundSchema, identitySchema, readConfiguration, readInput } from '../support/input';
import { kubeconfig, writeKubeconfig } from '../support/kubeconfig';
import { runMain } from '../support/main';
import { say } from '../support/say';
import { reader } from '../tools/download';
import { install } from './installation';
import { requireSupported } from './installer';
import { runKfctl } from './kfctl';
import { kubectl as kubectlOf } from './kubectl';
import { awaitPrerequisites } from './prerequisites';
import { renderComponents } from './render';
import { ensureProxySecret } from './secret';
import { fetchDistribution } from './source';

runMain(async () => {
  const configuration = readConfiguration();
  const found = readInput('FOUND', foundSchema);
  const identity = readInput('IDENTITY', identitySchema);
  const cluster = readInput('CLUSTER', clusterSchema);
  const { region, kubeflow } = configuration;
  requireSupported(kubeflow.installer, cluster.version);
  const clients = createClients({ region });
  const file = join(process.env['CODEBUILD_SRC_DIR'] ?? process.cwd(), '.kube', 'config');
  await writeKubeconfig(file, kubeconfig(cluster, region, join(__dirname, '..', 'eks-token', 'build.js')));
  if (kubeflow.installer === 'kfctl') {
    await runKfctl({ configuration, identity, kubeconfig: file, run, say });
    return;
  }
  const kubectl = kubectlOf(run, file);
  const patience = process.env['COMPONENT_TIMEOUT_SECONDS'];
  const patienceMs = patience === undefined ? undefined : Number(patience) * 1000;
  const pollMs = patienceMs === undefined ? 5_000 : 500;

  await awaitPrerequisites({
    kubectl,
    addons: async () => listAddons(clients, cluster.name),
    say,
    pollMs,
    patienceMs,
  });
  const distribution = await fetchDistribution({
    source: kubeflow.source,
    mirror: process.env['KUBEFLOW_DISTRIBUTION_MIRROR'],
    get: reader(clients),
    run,
    say,
  });
  const secret = await readSecretVersion(clients, identity.secretArn);
  const components = await renderComponents(
    { configuration, found, identity, cluster, secretVersion: secret?.version },
    { distribution, rbac: join(__dirname, 'rbac'), kustomize: async (folder) => kubectl.kustomize(folder) },
  );
  await install(
    components.map((component) =>
      component.id === 'login'
        ? { ...component, prepare: async () => ensureProxySecret(kubectl, identity.secretArn, secret) }
        : component,
    ),
    { kubectl, say, pollMs, patienceMs },
  );
});
