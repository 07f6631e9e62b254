import type { KubeClient, KubeObject } from '../../kubernetes/kube-client';
import { findSettings, startProblem } from './oauth2-proxy';
import type { Site } from './network';
import { webSite } from './web-site';

interface Ingress extends KubeObject {
  spec: { rules?: { host?: string }[] };
  status?: { loadBalancer?: { ingress?: { hostname?: string }[] } };
}

/** The authorization endpoint of a user pool: what its OpenID configuration names. */
export type FindAuthorizationEndpoint = (issuer: string) => Promise<string | undefined>;

/**
 * What a browser meets at the load balancer before it is logged in. No container runs in the region, so this stands in
 * for the way through Istio's gateway to oauth2-proxy, and answers by what is really configured in the cluster: the
 * Ingress, and oauth2-proxy's Deployment with its Secret and ConfigMap.
 */
export function loadBalancerSite(client: KubeClient, endpointOf: FindAuthorizationEndpoint): Site {
  return webSite('load balancer and oauth2-proxy (stand-in)', async (request) => {
    const url = new URL(request.url);
    if (!(await isRouted(client, url.hostname)))
      return new Response('no rule of the Ingress matches', { status: 404 });
    return loginRedirect(client, url, endpointOf);
  });
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
  url: URL,
  endpointOf: FindAuthorizationEndpoint,
): Promise<Response> {
  const settings = await findSettings(client);
  if (settings === undefined) return new Response('oauth2-proxy is not installed', { status: 503 });
  const problem = startProblem(settings);
  if (problem !== undefined) return new Response(`oauth2-proxy does not start: ${problem}`, { status: 503 });
  const issuer = settings.get('oidc_issuer_url') ?? '';
  const discovered = await endpointOf(issuer);
  if (discovered === undefined) return new Response(`no OpenID configuration at ${issuer}`, { status: 500 });
  // Discovery goes before what is configured (oauth2-proxy 7.15, providers/providers.go).
  const configured = settings.get('skip_oidc_discovery') === 'true' ? settings.get('login_url') : undefined;
  const location = new URL(configured ?? discovered);
  const redirect = settings.get('redirect_url') ?? '/oauth2/callback';
  location.searchParams.set('client_id', settings.get('client_id') ?? '');
  location.searchParams.set('redirect_uri', new URL(redirect, `https://${url.host}`).toString());
  location.searchParams.set('response_type', 'code');
  location.searchParams.set('scope', settings.get('scope') ?? 'openid email profile');
  location.searchParams.set('state', `local:${url.pathname}`);
  return new Response(undefined, { status: 302, headers: { location: location.toString() } });
}
