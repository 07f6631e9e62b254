import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createClients } from '../../adapters/aws/clients';
import { findCluster } from '../../adapters/aws/eks';
import { findNodeGroup, listAddons } from '../../adapters/aws/eks-parts';
import type { AwsClients } from '../../adapters/aws/clients';
import { buildInput } from '../support/environment';
import { main, say } from '../support/main';
import { run } from '../support/run';
import { planCluster } from './converge';
import type { Observed, Wanted } from './converge';
import { renderClusterConfig } from './render';

/** Makes the cluster, or brings it to what is configured. Run twice, the second run changes nothing. */
main(async () => {
  const configuration = buildInput.configuration();
  const buildRoleArns = ['KUBEFLOW_BUILD_ROLE_ARN', 'TEARDOWN_BUILD_ROLE_ARN'].flatMap((name) => process.env[name] ?? []);
  const config = renderClusterConfig(configuration, buildInput.found(), { buildRoleArns });
  const wanted = wantedOf(config);
  const clients = createClients({ region: configuration.region });
  const steps = planCluster(await observe(clients, wanted), wanted);
  if (steps.length === 0) say(`the cluster ${wanted.name} is as configured`);
  const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
  try {
    const file = join(folder, 'cluster.yaml');
    await writeFile(file, stringify(config), { mode: 0o600 });
    for (const step of steps) {
      const args = step.arguments.map((argument) => (argument === '$config' ? file : argument));
      say(`${step.why}: eksctl ${args.join(' ')}`);
      await run('eksctl', args);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function observe(clients: AwsClients, { name, nodeGroups }: Wanted): Promise<Observed> {
  const cluster = await findCluster(clients, name);
  if (cluster === undefined) return { cluster, nodeGroups: {}, addons: [] };
  return {
    cluster,
    nodeGroups: Object.fromEntries(
      await Promise.all(
        nodeGroups.map(async (group) => [group.name, await findNodeGroup(clients, name, group.name)] as const),
      ),
    ),
    addons: await listAddons(clients, name),
  };
}

function wantedOf(config: Record<string, unknown>): Wanted {
  const { metadata, managedNodeGroups, addons } = config as {
    metadata: { name: string; version: string };
    managedNodeGroups: Wanted['nodeGroups'];
    addons: { name: string }[];
  };
  return { ...metadata, nodeGroups: managedNodeGroups, addons: addons.map((addon) => addon.name) };
}
