import {
  CreateAddonCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterCommand,
  UpdateAddonCommand,
  type EKSClient,
} from '@aws-sdk/client-eks';
import type { EksctlClients, Say } from './clients';
import type { Addon, ClusterConfig } from './cluster-config';
import { unlessThere } from './unless-there';

/**
 * Makes add-ons, each in the configured version or else in the one that EKS recommends for the cluster; those that are
 * there are kept as they are.
 */
export async function createAddons({ eks }: EksctlClients, config: ClusterConfig, say: Say): Promise<void> {
  const clusterName = config.metadata.name;
  for (const addon of config.addons ?? []) {
    const { name: addonName, version, tags } = addon;
    const addonVersion = version ?? (await recommended(eks, clusterName, addonName));
    const made = await unlessThere(() =>
      eks.send(
        new CreateAddonCommand({
          clusterName,
          addonName,
          addonVersion,
          ...valuesOf(addon),
          tags: tags ?? config.metadata.tags ?? {},
        }),
      ),
    );
    say(made ? `add-on ${addonName} ${addonVersion} created` : `add-on ${addonName} is there`);
  }
}

/** Brings add-ons to the configured version and values. Without a version, theirs is kept: eksctl chooses no other. */
export async function updateAddons({ eks }: EksctlClients, config: ClusterConfig, say: Say): Promise<void> {
  const clusterName = config.metadata.name;
  for (const addon of config.addons ?? []) {
    const { name: addonName, version } = addon;
    const { addon: found } = await eks.send(new DescribeAddonCommand({ clusterName, addonName }));
    const addonVersion = version ?? found?.addonVersion;
    await eks.send(new UpdateAddonCommand({ clusterName, addonName, addonVersion, ...valuesOf(addon) }));
    say(`add-on ${addonName} updated to ${addonVersion ?? 'its version'}`);
  }
}

function valuesOf({ configurationValues }: Addon): { configurationValues?: string } {
  return configurationValues === undefined ? {} : { configurationValues };
}

async function recommended(eks: EKSClient, name: string, addonName: string): Promise<string> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  const { addons = [] } = await eks.send(
    new DescribeAddonVersionsCommand({ addonName, kubernetesVersion: cluster?.version }),
  );
  const [first] = addons[0]?.addonVersions ?? [];
  if (first?.addonVersion === undefined) throw new Error(`no versions available for "${addonName}"`);
  return first.addonVersion;
}
