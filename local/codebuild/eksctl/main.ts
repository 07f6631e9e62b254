/**
 * Stands in for eksctl in the local region: does to the region's EKS what eksctl does through CloudFormation, for the
 * commands and the parts of a ClusterConfig that the builds use. It refuses whatever else it is asked, rather than seem
 * to do it.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { createAddons, createCluster, createAccessEntries, createNodeGroups } from './create';
import { createEksctlClients } from './clients';
import { deleteCluster, deleteNodeGroup } from './delete';
import { createOidcProvider, createPodIdentities } from './identities';
import { scaleNodeGroup, setClusterConfig } from './update';
import type { ClusterConfig } from './cluster-config';

const say = (text: string): void => {
  process.stdout.write(`[stand-in eksctl] ${text}\n`);
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    strict: true,
    options: {
      'config-file': { type: 'string', short: 'f' },
      name: { type: 'string' },
      cluster: { type: 'string' },
      region: { type: 'string' },
      timeout: { type: 'string' },
      nodes: { type: 'string' },
      'nodes-min': { type: 'string' },
      'nodes-max': { type: 'string' },
      approve: { type: 'boolean' },
      wait: { type: 'boolean' },
      drain: { type: 'boolean' },
      'disable-nodegroup-eviction': { type: 'boolean' },
    },
  });
  const command = positionals.join(' ');
  const file = values['config-file'];
  const config = file === undefined ? undefined : (parse(readFileSync(file, 'utf8')) as ClusterConfig);
  const name = config?.metadata.name ?? values.name;
  const region = config?.metadata.region ?? values.region ?? process.env['AWS_REGION'];
  const clients = createEksctlClients(region ?? 'us-east-1');
  const given = (): ClusterConfig => {
    if (config === undefined) throw new Error(`eksctl ${command} needs a configuration file (-f) here`);
    return config;
  };
  switch (command) {
    case 'version':
      say('0.230.0');
      return;
    case 'create cluster':
      await createCluster(clients, given(), say);
      await createOidcProvider(clients, given().metadata.name, say);
      await createAccessEntries(clients, given(), say);
      await createPodIdentities(clients, given(), say);
      await createAddons(clients, given(), say);
      await createNodeGroups(clients, given(), say);
      return;
    case 'create nodegroup':
      await createNodeGroups(clients, given(), say);
      return;
    case 'create addon':
    case 'update addon':
      await createAddons(clients, given(), say);
      return;
    case 'create podidentityassociation':
      await createPodIdentities(clients, given(), say);
      return;
    case 'utils associate-iam-oidc-provider':
      await createOidcProvider(clients, required(values.cluster, '--cluster'), say);
      return;
    case 'utils update-cluster-vpc-config':
    case 'utils update-cluster-logging':
      await setClusterConfig(clients, given(), say);
      return;
    case 'scale nodegroup':
      await scaleNodeGroup(clients, required(values.cluster, '--cluster'), required(values.name, '--name'), {
        minSize: Number(values['nodes-min']),
        maxSize: Number(values['nodes-max']),
        desiredSize: Number(values.nodes),
      });
      say(`node group ${values.name ?? ''} scaled`);
      return;
    case 'delete nodegroup':
      await deleteNodeGroup(
        clients,
        required(values.cluster, '--cluster'),
        required(values.name, '--name'),
        say,
      );
      return;
    case 'create accessentry':
      await createAccessEntries(clients, given(), say);
      return;
    case 'delete cluster':
      await deleteCluster(clients, required(name, '--name'), say);
      return;
    default:
      throw new Error(`the local region's eksctl does not know "eksctl ${command}"`);
  }
}

/** An option that the command cannot do without. */
function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new Error(`the option ${option} is missing`);
  return value;
}

main().catch((error: unknown) => {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
