/**
 * Stands in for eksctl in the local region: does to the region's EKS and CloudFormation what eksctl does to those of
 * AWS, for the commands and the parts of a ClusterConfig that the builds use. It refuses whatever else it is asked,
 * rather than seem to do it.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createAccessEntries, deleteAccessEntry } from './access-entries';
import { createAddons, updateAddons } from './addons';
import { createEksctlClients } from './clients';
import type { ClusterConfig } from './cluster-config';
import { readCommand, required } from './commands';
import { createCluster, createNodeGroups } from './create';
import { deleteCluster, deleteNodeGroup } from './delete';
import { createOidcProvider, createPodIdentities, deletePodIdentity } from './identities';
import { requireValid } from './rules';
import {
  encryptSecrets,
  scaleNodeGroup,
  setEndpointAccess,
  setLogTypes,
  upgradeCluster,
  upgradeNodeGroup,
} from './update';

const say = (text: string): void => {
  process.stdout.write(`[stand-in eksctl] ${text}\n`);
};

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  const file = command.given['config-file'];
  const config = typeof file === 'string' ? (parse(readFileSync(file, 'utf8')) as ClusterConfig) : undefined;
  if (config !== undefined) requireValid(command.name, config);
  const region = config?.metadata.region ?? command.given.region ?? process.env['AWS_REGION'];
  const clients = createEksctlClients(typeof region === 'string' ? region : 'us-east-1');
  const given = (): ClusterConfig => {
    if (config === undefined) throw new Error(`eksctl ${command.name} needs a configuration file (-f) here`);
    return config;
  };
  const option = (flag: Parameters<typeof required>[1]): string => required(command, flag);
  switch (command.name) {
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
      await createAddons(clients, given(), say);
      return;
    case 'update addon':
      await updateAddons(clients, given(), say);
      return;
    case 'create accessentry':
      await createAccessEntries(clients, given(), say);
      return;
    case 'delete accessentry':
      await deleteAccessEntry(clients, option('cluster'), option('principal-arn'), say);
      return;
    case 'create podidentityassociation':
      await createPodIdentities(clients, given(), say);
      return;
    case 'delete podidentityassociation':
      await deletePodIdentity(
        clients,
        option('cluster'),
        option('namespace'),
        option('service-account-name'),
        say,
      );
      return;
    case 'utils associate-iam-oidc-provider':
      await createOidcProvider(clients, option('cluster'), say);
      return;
    case 'utils update-cluster-vpc-config':
      await setEndpointAccess(clients, given(), say);
      return;
    case 'utils update-cluster-logging':
      await setLogTypes(clients, given(), say);
      return;
    case 'utils enable-secrets-encryption':
      await encryptSecrets(clients, option('cluster'), option('key-arn'));
      say(`secrets encryption enabled; the region's Secrets stay as they are`);
      return;
    case 'upgrade cluster':
      if (command.given.approve !== true)
        throw new Error('without --approve eksctl only shows what it would do');
      await upgradeCluster(clients, option('name'), option('version'));
      say(
        `control plane upgraded to ${option('version')}; its real API server stays the one of this machine`,
      );
      return;
    case 'upgrade nodegroup':
      await upgradeNodeGroup(clients, option('cluster'), option('name'), option('kubernetes-version'));
      say(`node group ${option('name')} upgraded to ${option('kubernetes-version')}`);
      return;
    case 'scale nodegroup':
      await scaleNodeGroup(clients, option('cluster'), option('name'), {
        minSize: Number(option('nodes-min')),
        maxSize: Number(option('nodes-max')),
        desiredSize: Number(option('nodes')),
      });
      say(`node group ${option('name')} scaled`);
      return;
    case 'delete nodegroup':
      await deleteNodeGroup(clients, option('cluster'), option('name'), say);
      return;
    case 'delete cluster':
      await deleteCluster(clients, option('name'), { force: command.given.force === true }, say);
      return;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
