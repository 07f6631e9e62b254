import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { ControlPlane } from '../../kubernetes/control-plane';
import type { RegionClients } from '../account/clients';
import { adfsMetadata, adfsSite } from './adfs';
import type { Authority } from './authority';
import { cognitoSite } from './cognito-site';
import { lookUp } from './dns';
import { loadBalancerSite, servesHostname } from './load-balancer';
import type { Resolver, Site } from './network';

export interface SitesOptions {
  clients: RegionClients;
  authority: Authority;
  clusters: () => readonly ControlPlane[];
  /** Where the host names of ADFS are kept across a restart. */
  file: string;
}

/** The web servers of the region and the names that lead to them. */
export class Sites {
  private readonly adfs = new Map<string, Site>();

  constructor(private readonly options: SitesOptions) {}

  /** Puts an ADFS behind a host name; it keeps its certificates as long as the region lives. */
  async addAdfs(host: string): Promise<void> {
    if (this.adfs.has(host)) return;
    const { authority } = this.options;
    const certificates = await Promise.all([
      authority.signingCertificate(`ADFS Signing - ${host}`),
      authority.signingCertificate(`ADFS Signing - ${host} (next)`),
    ]);
    this.adfs.set(host, adfsSite(adfsMetadata(host, certificates)));
    await writeFile(this.options.file, JSON.stringify([...this.adfs.keys()]));
  }

  /** Puts up again what an earlier run had. */
  async restore(): Promise<void> {
    if (!existsSync(this.options.file)) return;
    const hosts = JSON.parse(await readFile(this.options.file, 'utf8')) as string[];
    for (const host of hosts) await this.addAdfs(host);
  }

  /** Finds the site of a host name: ADFS by its name, all else by its A record in Route 53. */
  readonly resolve: Resolver = async (host) => {
    const adfs = this.adfs.get(host);
    if (adfs !== undefined) return adfs;
    const { clients, clusters } = this.options;
    const answer = await lookUp(clients.route53, host);
    if (answer === undefined) {
      const { HostedZones: zones = [] } = await clients.route53.send(new ListHostedZonesCommand({}));
      return { refused: `no A record in ${zones.map(({ Name }) => Name).join(', ') || 'any hosted zone'}` };
    }
    if (answer.address !== undefined)
      return { refused: `its A record is ${answer.address}, where nobody listens` };
    if (answer.alias.endsWith('.cloudfront.net')) return cognitoSite(clients.cognito);
    for (const { client } of clusters()) {
      if (await servesHostname(client, answer.alias)) {
        return loadBalancerSite(client, (issuer) => this.authorizationEndpoint(issuer));
      }
    }
    return { refused: `its A record is an alias of ${answer.alias}, which no Ingress has` };
  };

  /** What `<issuer>/.well-known/openid-configuration` of a user pool names: the endpoint at its custom domain. */
  private async authorizationEndpoint(issuer: string): Promise<string | undefined> {
    const userPoolId = /^https:\/\/cognito-idp\.[^/]+\.amazonaws\.com\/([\w-]+)$/.exec(issuer)?.[1];
    if (userPoolId === undefined) return undefined;
    try {
      const { UserPool: pool } = await this.options.clients.cognito.send(
        new DescribeUserPoolCommand({ UserPoolId: userPoolId }),
      );
      // moto shows a custom domain as Domain.
      const domain = pool?.CustomDomain ?? pool?.Domain;
      return domain === undefined ? undefined : `https://${domain}/oauth2/authorize`;
    } catch {
      return undefined;
    }
  }
}
