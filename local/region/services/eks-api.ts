import type { ServiceHandler } from '../gateway/gateway';
import type { Clusters } from './clusters';

interface ClusterDocument {
  cluster: {
    name: string;
    status: string;
    endpoint?: string;
    certificateAuthority?: { data: string };
    identity?: { oidc: { issuer: string } };
    resourcesVpcConfig?: { clusterSecurityGroupId?: string };
  };
}

const collection = /^\/clusters\/?$/;
const single = /^\/clusters\/([^/?]+)\/?$/;

/**
 * EKS' clusters: moto keeps the records, and behind each stands a real control plane. A cluster is CREATING until that
 * serves, and its endpoint and certificate authority are that one's.
 *
 * @param moto the handler that passes a request on to moto
 * @param region for the address of the OIDC issuer
 */
export function clustersApi(clusters: Clusters, moto: ServiceHandler, region: string): ServiceHandler {
  return async (request, http) => {
    const path = new URL(http.url, 'http://localhost').pathname;
    if (http.method === 'POST' && collection.test(path)) {
      const response = await moto(request, http);
      if (response?.status === 200) clusters.create(documentOf(response.body).cluster.name);
      return response === undefined
        ? undefined
        : { ...response, body: patched(response.body, clusters, region) };
    }
    const name = single.exec(path)?.[1];
    if (name === undefined) return undefined;
    const response = await moto(request, http);
    if (response?.status !== 200) return response;
    const body = patched(response.body, clusters, region);
    if (http.method === 'DELETE') await clusters.delete(decodeURIComponent(name));
    return { ...response, body };
  };
}

function documentOf(body: string | Buffer): ClusterDocument {
  return JSON.parse(body.toString()) as ClusterDocument;
}

function patched(body: string | Buffer, clusters: Clusters, region: string): string {
  const { cluster } = documentOf(body);
  const controlPlane = clusters.find(cluster.name);
  return JSON.stringify({
    cluster: {
      ...cluster,
      status: cluster.status === 'ACTIVE' ? clusters.status(cluster.name) : cluster.status,
      ...(controlPlane === undefined
        ? { endpoint: undefined, certificateAuthority: undefined }
        : {
            endpoint: controlPlane.endpoint,
            certificateAuthority: { data: Buffer.from(controlPlane.caPem).toString('base64') },
          }),
      // moto's issuer has no region's name in it.
      identity: { oidc: { issuer: `https://oidc.eks.${region}.amazonaws.com/id/${oidcId(cluster.name)}` } },
      resourcesVpcConfig: {
        ...cluster.resourcesVpcConfig,
        clusterSecurityGroupId: cluster.resourcesVpcConfig?.clusterSecurityGroupId ?? 'sg-0123456789abcdef0',
      },
    },
  });
}

/** EKS makes up 32 hexadecimal digits; here they follow from the name, so that a restart keeps them. */
function oidcId(name: string): string {
  return Buffer.from(name.padEnd(16, '.')).toString('hex').slice(0, 32).toUpperCase();
}
