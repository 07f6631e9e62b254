import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoFront, type CognitoFrontOptions } from '../../cognito-front';
import type { ControlPlane } from '../../kubernetes/control-plane';
import type { Mesh } from '../../mesh';
import type { RegionClients } from '../account/clients';
import { issuerDocument } from '../services/cluster-issuer';
import type { Directories } from './directories';
import { lookUp } from './dns';
import { ingressSite } from './ingress-site';
import { listenerCertificate } from './listener-certificate';
import { loadBalancerSite, servesHostname } from './load-balancer';
import type { Resolver, Site } from './network';
import { webSite } from './web-site';

export interface SitesOptions {
  clients: RegionClients;
  region: string;
  directories: Directories;
  clusters: () => readonly ControlPlane[];
  /** The data plane of a cluster, if it has been started or is to be. */
  meshOf: (clusterName: string) => Promise<Mesh | undefined>;
  /** Calls the triggers of user pools. */
  invoke: CognitoFrontOptions['invoke'];
}

/** The web servers of the region and the names that lead to them. */
export class Sites {
  /** Web servers of a company's own, by their host names: they go before those that the region plays. */
  readonly published = new Map<string, (request: Request) => Promise<Response>>();
  readonly front: CognitoFront;
  private readonly cognito: { domain: Site; issuer: Site };
  private readonly clusterIssuers: Site;

  constructor(private readonly options: SitesOptions) {
    const { clients, clusters, invoke, region } = options;
    const front = (this.front = new CognitoFront({
      cognito: clients.cognito,
      invoke,
      fetchText: (url) => this.fetchMetadata(new URL(url)),
    }));
    this.cognito = {
      domain: webSite('Cognito (stand-in)', (request) => front.atDomain(request)),
      issuer: webSite('keys of Cognito (stand-in)', (request) => front.atIssuer(request)),
    };
    this.clusterIssuers = webSite("EKS' OpenID provider", ({ url }) =>
      issuerDocument(new URL(url), region, clusters()),
    );
  }

  /** Finds the site of a host name: ADFS, Cognito's own and EKS' by their names, all else by its A record in Route 53. */
  readonly resolve: Resolver = async (host) => {
    const { clients, clusters, directories, meshOf, region } = this.options;
    const published = this.published.get(host);
    if (published !== undefined) return webSite(host, published);
    const adfs = directories.find(host);
    if (adfs !== undefined) return webSite('ADFS (stand-in)', (request) => adfs.answer(request));
    if (host === `cognito-idp.${region}.amazonaws.com`) return this.cognito.issuer;
    if (/^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com$/.test(host)) return this.clusterIssuers;
    const answer = await lookUp(clients.route53, host);
    if (answer === undefined) {
      const { HostedZones: zones = [] } = await clients.route53.send(new ListHostedZonesCommand({}));
      return { refused: `no A record in ${zones.map(({ Name }) => Name).join(', ') || 'any hosted zone'}` };
    }
    if (answer.address !== undefined)
      return { refused: `its A record is ${answer.address}, where nobody listens` };
    if (answer.alias.endsWith('.cloudfront.net')) return this.cognito.domain;
    for (const { client, clusterName } of clusters()) {
      if (await servesHostname(client, answer.alias)) {
        const mesh = await meshOf(clusterName);
        const site =
          mesh === undefined
            ? loadBalancerSite(client, (issuer) => this.authorizationEndpoint(issuer))
            : await ingressSite(client, mesh.targets);
        return { ...site, certificateNames: (name) => listenerCertificate(client, clients.acm, name) };
      }
    }
    return { refused: `its A record is an alias of ${answer.alias}, which no Ingress has` };
  };

  /** Cognito reads a directory's metadata by its address. */
  private async fetchMetadata(url: URL): Promise<string> {
    const adfs = this.options.directories.find(url.hostname);
    const answer = this.published.get(url.hostname) ?? adfs?.answer.bind(adfs);
    if (answer === undefined) throw new Error(`no directory answers at ${url.href}`);
    const response = await answer(new Request(url));
    if (!response.ok) throw new Error(`${url.href} answered ${response.status}`);
    return response.text();
  }

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
