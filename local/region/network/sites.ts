import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoFront, type CognitoFrontOptions } from '../../cognito-front';
import type { ControlPlane } from '../../kubernetes/control-plane';
import type { Mesh } from '../../mesh';
import type { RegionClients } from '../account/clients';
import type { Directories } from './directories';
import { lookUp } from './dns';
import { ingressSite } from './ingress-site';
import { loadBalancerSite, servesHostname } from './load-balancer';
import type { Resolver, Site } from './network';
import { webSite } from './web-site';

export interface SitesOptions {
  clients: RegionClients;
  region: string;
  directories: Directories;
  clusters: () => readonly ControlPlane[];
  /** The data plane of a cluster, if it has been started. */
  findMesh: (clusterName: string) => Mesh | undefined;
  /** Calls the triggers of user pools. */
  invoke: CognitoFrontOptions['invoke'];
}

/**
 * EKS' OpenID provider, of which eksctl looks at the certificate, for the identity provider that it makes in IAM. It publishes
 * no keys, since the API servers here have another issuer: istiod then takes one that nothing is signed with, so that no
 * token of a service account is believed. A document without keys would make Envoy refuse the gateway's whole listener.
 */
const oidcIssuer = webSite("EKS' OpenID provider", ({ url }) =>
  Promise.resolve(
    new URL(url).pathname.endsWith('/keys')
      ? new Response(null, { status: 404 })
      : Response.json({ issuer: url }),
  ),
);

/** The web servers of the region and the names that lead to them. */
export class Sites {
  private readonly cognito: { domain: Site; issuer: Site };

  constructor(private readonly options: SitesOptions) {
    const { clients, invoke } = options;
    const front = new CognitoFront({
      cognito: clients.cognito,
      invoke,
      fetchText: (url) => this.fetchMetadata(new URL(url)),
    });
    this.cognito = {
      domain: webSite('Cognito (stand-in)', (request) => front.atDomain(request)),
      issuer: webSite('keys of Cognito (stand-in)', (request) => front.atIssuer(request)),
    };
  }

  /** Finds the site of a host name: ADFS, Cognito's own and EKS' by their names, all else by its A record in Route 53. */
  readonly resolve: Resolver = async (host) => {
    const { clients, clusters, directories, findMesh, region } = this.options;
    const adfs = directories.find(host);
    if (adfs !== undefined) return webSite('ADFS (stand-in)', (request) => adfs.answer(request));
    if (host === `cognito-idp.${region}.amazonaws.com`) return this.cognito.issuer;
    if (/^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com$/.test(host)) return oidcIssuer;
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
        const mesh = findMesh(clusterName);
        if (mesh !== undefined) return ingressSite(client, mesh.target);
        return loadBalancerSite(client, (issuer) => this.authorizationEndpoint(issuer));
      }
    }
    return { refused: `its A record is an alias of ${answer.alias}, which no Ingress has` };
  };

  /** Cognito reads a directory's metadata by its address. */
  private async fetchMetadata(url: URL): Promise<string> {
    const adfs = this.options.directories.find(url.hostname);
    if (adfs === undefined) throw new Error(`no directory answers at ${url.href}`);
    const response = await adfs.answer(new Request(url));
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
