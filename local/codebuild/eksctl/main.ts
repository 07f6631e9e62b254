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
import { deleteCluster } from './delete';
import type { ClusterConfig } from './cluster-config';

const say = (text: string): void => {
  process.stdout.write(`[stand-in eksctl] ${text}\n`);
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    strict: false,
    options: {
      'config-file': { type: 'string', short: 'f' },
      name: { type: 'string' },
      cluster: { type: 'string' },
      region: { type: 'string' },
    },
  });
  const command = positionals.join(' ');
  const file = typeof values['config-file'] === 'string' ? values['config-file'] : undefined;
  const config = file === undefined ? undefined : (parse(readFileSync(file, 'utf8')) as ClusterConfig);
  const name = config?.metadata.name ?? (typeof values['name'] === 'string' ? values['name'] : undefined);
  const region =
    config?.metadata.region ??
    (typeof values['region'] === 'string' ? values['region'] : process.env['AWS_REGION']);
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
      await createAccessEntries(clients, given(), say);
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
    case 'create accessentry':
      await createAccessEntries(clients, given(), say);
      return;
    case 'delete cluster':
      if (name === undefined) throw new Error('eksctl delete cluster needs --name or -f');
      await deleteCluster(clients, name, say);
      return;
    default:
      throw new Error(`the local region's eksctl does not know "eksctl ${command}"`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
