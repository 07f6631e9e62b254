import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClients } from '../../adapters/aws/clients';
import { findCluster } from '../../adapters/aws/eks';
import type { Cluster } from '../../adapters/aws/eks';
import { ConflictError } from '../../core/errors';
import { ingress, ownerTag } from '../../core/naming';
import { Kubectl } from '../kubeflow/kubectl';
import { run } from '../support/command';
import { readConfiguration } from '../support/input';
import { kubeconfig, writeKubeconfig } from '../support/kubeconfig';
import { runMain } from '../support/main';
import { say } from '../support/say';

/**
 * Takes a cluster down so that nothing of it stays: the ingress first, while its controller lives to delete the load
 * balancer; then what holds volumes; then the cluster with its node groups. Safe to run again at any point.
 */
runMain(async () => {
  const configuration = readConfiguration();
  const { eks_name: name, region } = configuration;
  const cluster = await findCluster(createClients({ region }), name);
  if (cluster === undefined) {
    say(`there is no cluster ${name}`);
    return;
  }
  if (cluster.owner !== name) {
    throw new ConflictError(
      'ResourceConflict',
      `the cluster ${name} does not carry the tag ${ownerTag}=${name}; it is somebody else's and is left alone`,
    );
  }
  if (cluster.status === 'ACTIVE') await empty(cluster, region);
  say(`deleting the cluster ${name}`);
  await run(
    'eksctl',
    ['delete', 'cluster', '--name', name, '--region', region, '--disable-nodegroup-eviction', '--wait'],
    { show: true },
  );
});

async function empty(cluster: Cluster, region: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'teardown-'));
  try {
    const config = join(folder, 'kubeconfig');
    await writeKubeconfig(
      config,
      kubeconfig(cluster, region, join(__dirname, '..', 'eks-token', 'build.js')),
    );
    const kubectl = new Kubectl(config);
    const remove = (args: readonly string[]) =>
      kubectl.call(['delete', ...args, '--ignore-not-found', '--wait', '--timeout=10m']);
    say('deleting the ingress, and with it the load balancer');
    await remove(['ingress', ingress.name, '-n', ingress.namespace]);
    // Volumes that were made for claims outlive a cluster; they go with the claims.
    if ((await kubectl.find('crd', 'profiles.kubeflow.org')) !== undefined) {
      say("deleting the tenants' profiles, and with them their namespaces");
      await remove(['profiles.kubeflow.org', '--all']);
    }
    say('deleting Kubeflow');
    await remove(['namespace', 'kubeflow']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
