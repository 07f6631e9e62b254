import { defined } from '../../../core/defined';
import { header } from '../gateway/aws-request';
import type { ServiceHandler } from '../gateway/gateway';
import type { Clusters } from './clusters';
import { issuerOf } from './cluster-issuer';
import type { ClusterSecurityGroups } from './eks-security-groups';

interface ClusterDocument {
  cluster: {
    name: string;
    version: string;
    status: string;
    endpoint?: string;
    certificateAuthority?: { data: string };
    identity?: { oidc: { issuer: string } };
    resourcesVpcConfig?: { subnetIds?: string[] };
  };
}

const collection = /^\/clusters\/?$/;
const single = /^\/clusters\/([^/?]+)\/?$/;
const upgrade = /^\/clusters\/([^/?]+)\/updates\/?$/;

/**
 * EKS' clusters: moto keeps the records, and behind each stands a real control plane. A cluster is CREATING until that
 * serves, and its endpoint and certificate authority are that one's.
 *
 * @param moto the handler that passes a request on to moto
 * @param region for the address of the OIDC issuer
 */
export function clustersApi(
  clusters: Clusters,
  moto: ServiceHandler,
  region: string,
  securityGroups: ClusterSecurityGroups,
): ServiceHandler {
  return async (request, http) => {
    const path = new URL(http.url, 'http://localhost').pathname;
    const isCreation = http.method === 'POST' && collection.test(path);
    const upgraded = upgrade.exec(path)?.[1];
    if (http.method === 'POST' && upgraded !== undefined) {
      const response = await moto(request, http);
      const { version } = JSON.parse(http.body.toString()) as { version: string };
      if (response?.status === 200) clusters.setVersion(decodeURIComponent(upgraded), version);
      return response;
    }
    const name = single.exec(path)?.[1];
    if (!isCreation && name === undefined) return undefined;
    const response = await moto(request, http);
    if (response?.status !== 200) return response;
    const { cluster } = documentOf(response.body);
    if (isCreation) {
      clusters.create(cluster.name, cluster.version);
      await securityGroups.create(cluster.name, cluster.resourcesVpcConfig?.subnetIds ?? []);
    }
    const isEksctl = /(?:^|\s)eksctl\//.test(header(http, 'user-agent') ?? '');
    const body = patched(cluster, clusters, {
      region,
      securityGroupId: await securityGroups.find(cluster.name),
      // It alone waits for the API server to say another version.
      ...(isEksctl && defined({ endpoint: clusters.versionedEndpoint(cluster.name) })),
    });
    if (http.method === 'DELETE') {
      await clusters.delete(cluster.name);
      await securityGroups.remove(cluster.name);
    }
    return { ...response, body };
  };
}

function documentOf(body: string | Buffer): ClusterDocument {
  return JSON.parse(body.toString()) as ClusterDocument;
}

function patched(
  cluster: ClusterDocument['cluster'],
  clusters: Clusters,
  {
    region,
    securityGroupId,
    endpoint,
  }: { region: string; securityGroupId: string | undefined; endpoint?: string },
): string {
  const controlPlane = clusters.find(cluster.name);
  return JSON.stringify({
    cluster: {
      ...cluster,
      status: cluster.status === 'ACTIVE' ? clusters.status(cluster.name) : cluster.status,
      ...(controlPlane === undefined
        ? { endpoint: undefined, certificateAuthority: undefined }
        : {
            endpoint: endpoint ?? controlPlane.endpoint,
            certificateAuthority: { data: Buffer.from(controlPlane.caPem).toString('base64') },
          }),
      // moto's issuer has no region's name in it.
      identity: { oidc: { issuer: issuerOf(region, cluster.name) } },
      resourcesVpcConfig: {
        ...cluster.resourcesVpcConfig,
        clusterSecurityGroupId: securityGroupId ?? 'sg-0123456789abcdef0',
      },
    },
  });
}
