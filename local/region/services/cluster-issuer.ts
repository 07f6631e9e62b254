import { createHash } from 'node:crypto';
import type { ControlPlane } from '../../kubernetes/control-plane';

/** EKS makes up 32 hexadecimal digits; here they follow from region and name, so that a restart keeps them. */
function idOf(region: string, clusterName: string): string {
  return createHash('sha256').update(`${region}/${clusterName}`).digest('hex').slice(0, 32).toUpperCase();
}

/** The issuer of the tokens of a cluster's service accounts, as DescribeCluster shows it. */
export function issuerOf(region: string, clusterName: string): string {
  return `https://oidc.eks.${region}.amazonaws.com/id/${idOf(region, clusterName)}`;
}

/**
 * What EKS publishes of a cluster's issuer: its OpenID configuration and `/keys`, which are those of the API server. An
 * issuer whose cluster is gone, or is still being made, is not found.
 *
 * @param region that has the clusters
 */
export async function issuerDocument(
  url: URL,
  region: string,
  clusters: readonly ControlPlane[],
): Promise<Response> {
  const cluster = clusters.find(({ clusterName }) =>
    url.href.startsWith(`${issuerOf(region, clusterName)}/`),
  );
  const document = cluster && url.href.slice(issuerOf(region, cluster.clusterName).length);
  const path =
    document === '/keys'
      ? '/openid/v1/jwks'
      : document === '/.well-known/openid-configuration'
        ? document
        : undefined;
  if (cluster === undefined || path === undefined)
    return Response.json({ message: 'Not Found' }, { status: 404 });
  const { status, body } = await cluster.client.raw({
    path,
    // The API server shows keys as nothing else.
    ...(document === '/keys' && { accept: 'application/jwk-set+json' }),
  });
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}
