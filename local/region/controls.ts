import { defined } from '../../core/defined';
import type { RegionClients } from './account/clients';
import { prepareAccount, type Preparation } from './account/prepare';
import type { Controls } from './control-api';
import { entrance } from './entrance';
import type { Internet } from './network/internet';
import type { Clusters } from './services/clusters';

export interface ControlsOptions {
  clients: RegionClients;
  internet: Internet;
  clusters: Clusters;
  /** Folder with the distribution of Kubeflow. */
  distribution: string;
}

/** What can be asked of the region beside its AWS APIs. */
export function controlsOf({ clients, internet, clusters, distribution }: ControlsOptions): Controls {
  const { authority, directories, meshes, network } = internet;
  return {
    prepare: async (document): Promise<Preparation> => {
      const preparation = await prepareAccount(clients, document, distribution);
      const { directory } = preparation;
      if (directory !== undefined) {
        await Promise.all(directory.hosts.map((host) => directories.add(host, directory.settings)));
        await directories.trust(directory.deployment, directory.groupPrefix);
      }
      return preparation;
    },
    putPeople: (people) => people.map((person) => directories.people.admit(person)),
    enter: async (deployment, as) => {
      const urls = await entrance(await meshes.start(deployment), clusters.find(deployment));
      const start = directories.signedIn(as, urls[0] ?? '');
      return { urls, ...defined({ start }), proxyUrl: network.proxyUrl, caPem: authority.caPem };
    },
    status: () => ({ clusters: clusters.all().map(({ clusterName }) => clusterName) }),
  };
}
