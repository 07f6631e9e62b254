import type { KubeClient, KubeObject } from '../../kubernetes/client';
import type { Site, SiteRequest, SiteResponse } from './network';

interface Ingress extends KubeObject {
  spec: { rules?: { host?: string }[] };
  status?: { loadBalancer?: { ingress?: { hostname?: string }[] } };
}

interface Container {
  name: string;
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
}

interface Deployment extends KubeObject {
  spec: {
    template: { spec: { containers: Container[]; volumes?: { configMap?: { name: string } }[] } };
  };
}

const proxyNamespace = 'oauth2-proxy';

/** The authorization endpoint of a user pool: what its OpenID configuration names. */
export type FindAuthorizationEndpoint = (issuer: string) => Promise<string | undefined>;

/**
 * What a browser meets at the load balancer before it is logged in. No container runs in the region, so this stands in
 * for the way through Istio's gateway to oauth2-proxy, and answers by what is really configured in the cluster: the
 * Ingress, and oauth2-proxy's Deployment with its Secret and ConfigMap.
 */
export function loadBalancerSite(client: KubeClient, endpointOf: FindAuthorizationEndpoint): Site {
  return {
    name: 'load balancer and oauth2-proxy (stand-in)',
    serve: async (request) => {
      if (!(await isRouted(client, request.host)))
        return { status: 404, body: 'no rule of the Ingress matches' };
      return loginRedirect(client, request, endpointOf);
    },
  };
}

async function isRouted(client: KubeClient, host: string): Promise<boolean> {
  const ingresses = await client.list<Ingress>('/apis/networking.k8s.io/v1/ingresses');
  return ingresses.some(({ spec }) =>
    (spec.rules ?? []).some((rule) => rule.host === undefined || rule.host.toLowerCase() === host),
  );
}

/** Whether a load balancer's host name is the one of an Ingress of this cluster. */
export async function servesHostname(client: KubeClient, hostname: string): Promise<boolean> {
  const ingresses = await client.list<Ingress>('/apis/networking.k8s.io/v1/ingresses');
  return ingresses.some(({ status }) =>
    (status?.loadBalancer?.ingress ?? []).some((entry) => entry.hostname?.toLowerCase() === hostname),
  );
}

async function loginRedirect(
  client: KubeClient,
  { host, url }: SiteRequest,
  endpointOf: FindAuthorizationEndpoint,
): Promise<SiteResponse> {
  const deployment = await client.find<Deployment>(
    `/apis/apps/v1/namespaces/${proxyNamespace}/deployments/oauth2-proxy`,
  );
  if (deployment === undefined) return { status: 503, body: 'oauth2-proxy is not installed' };
  const settings = await settingsOf(client, deployment);
  const issuer = settings.get('oidc_issuer_url') ?? '';
  const endpoint = await endpointOf(issuer);
  if (endpoint === undefined) return { status: 500, body: `no OpenID configuration at ${issuer}` };
  const location = new URL(endpoint);
  const redirect = settings.get('redirect_url') ?? '/oauth2/callback';
  location.searchParams.set('client_id', settings.get('client_id') ?? '');
  location.searchParams.set('redirect_uri', new URL(redirect, `https://${host}`).toString());
  location.searchParams.set('response_type', 'code');
  location.searchParams.set('scope', settings.get('scope') ?? 'openid email profile');
  location.searchParams.set('state', `local:${url.pathname}`);
  return { status: 302, headers: { location: location.toString() } };
}

/** The settings of oauth2-proxy, by their names in its configuration file; the environment goes before the file. */
async function settingsOf(client: KubeClient, deployment: Deployment): Promise<Map<string, string>> {
  const { containers, volumes = [] } = deployment.spec.template.spec;
  const settings = new Map<string, string>();
  for (const { configMap } of volumes) {
    if (configMap === undefined) continue;
    const found = await client.find<KubeObject & { data?: Record<string, string> }>(
      `/api/v1/namespaces/${proxyNamespace}/configmaps/${configMap.name}`,
    );
    for (const text of Object.values(found?.data ?? {})) {
      for (const [, name = '', value = ''] of text.matchAll(/^\s*(\w+)\s*=\s*"([^"]*)"/gm))
        settings.set(name, value);
    }
  }
  for (const { name, value, valueFrom } of containers.flatMap(({ env = [] }) => env)) {
    const setting = /^OAUTH2_PROXY_(\w+)$/.exec(name)?.[1]?.toLowerCase();
    if (setting === undefined) continue;
    const resolved = value ?? (await secretValue(client, valueFrom?.secretKeyRef));
    if (resolved !== undefined) settings.set(setting, resolved);
  }
  for (const [, name = '', value = ''] of containers
    .flatMap(({ args = [] }) => args)
    .flatMap((argument) => [...argument.matchAll(/^--([\w-]+)=(.*)$/g)])) {
    settings.set(name.replaceAll('-', '_'), value);
  }
  return settings;
}

async function secretValue(
  client: KubeClient,
  reference: { name: string; key: string } | undefined,
): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  const secret = await client.find<KubeObject & { data?: Record<string, string> }>(
    `/api/v1/namespaces/${proxyNamespace}/secrets/${reference.name}`,
  );
  const encoded = secret?.data?.[reference.key];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}
