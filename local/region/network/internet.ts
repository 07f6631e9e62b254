import { Route53Client } from '@aws-sdk/client-route-53';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsClients } from '../../../adapters/aws/clients';
import type { CognitoFrontOptions } from '../../cognito-front';
import type { StopStack } from '../../processes/stop-stack';
import type { RegionClients } from '../account/clients';
import type { Faults } from '../faults';
import type { regionVariables } from '../functions/runtime-environment';
import type { Logs } from '../logs';
import type { RegionOptions } from '../region-options';
import type { Clusters } from '../services/clusters';
import { Meshes } from '../services/meshes';
import { createAuthority, type Authority } from './authority';
import { Directories } from './directories';
import { openNameServer } from './name-server';
import { openNetwork, type Network } from './network';
import { Sites } from './sites';

/** What the region's processes meet by host name. */
export interface Internet {
  readonly authority: Authority;
  readonly directories: Directories;
  /** What requests to a cluster go through, on demand. */
  readonly meshes: Meshes;
  readonly sites: Sites;
  readonly network: Network;
  /** How a process of the region reaches all of it, but for the region's own endpoint. */
  readonly reach: Omit<Parameters<typeof regionVariables>[0], 'endpoint'>;
}

export interface InternetOptions {
  options: RegionOptions;
  faults: Faults;
  clients: RegionClients;
  /** Clients of the region itself, past the gateway. */
  ownClients: AwsClients;
  clusters: Clusters;
  /** Calls the triggers of user pools. */
  invoke: CognitoFrontOptions['invoke'];
  logs: Logs;
  stops: StopStack;
}

/** Opens the region's internet: the web sites, the names that lead to them, and the authority that certifies them. */
export async function openInternet(parts: InternetOptions): Promise<Internet> {
  const { options, faults, clients, ownClients, clusters, invoke, logs, stops } = parts;
  const { dir, region, onProgress } = options;
  const authority = await createAuthority();
  const caFile = join(dir, 'web-ca.pem');
  await writeFile(caFile, authority.caPem);
  const directories = new Directories({
    cognito: clients.cognito,
    authority,
    file: join(dir, 'directories.json'),
  });
  await directories.restore();
  const meshes = new Meshes({
    dir: join(dir, 'meshes'),
    findCluster: (name) => clusters.find(name),
    proxyUrl: () => network.proxyUrl,
    caFile,
    onLine: (component, line) => {
      logs.write(`mesh/${component}`, line);
    },
    onProgress,
  });
  const sites = new Sites({
    clients,
    region,
    directories,
    clusters: () => clusters.all(),
    meshOf: async (name) => (options.realWayIn === true ? meshes.start(name) : meshes.find(name)),
    invoke,
  });
  const network: Network = await openNetwork(authority, async (host) => {
    const refused = faults.host?.(host);
    return refused === undefined ? sites.resolve(host) : { refused };
  });
  stops.defer(() => network.close());
  stops.defer(() => meshes.stop());
  const nameServer = await openNameServer(ownClients.get(Route53Client));
  stops.defer(() => nameServer.close());
  const reach = { region, proxyUrl: network.proxyUrl, caFile, nameServer: nameServer.address };
  return { authority, directories, meshes, sites, network, reach };
}
