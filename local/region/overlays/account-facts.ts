import type { ServiceHandler } from '../gateway/gateway';

/** Minor versions of which the region's EKS makes clusters. Assumed: EKS adds and removes them every few months. */
export const kubernetesVersions: readonly string[] = ['1.36', '1.35', '1.34', '1.33'];

/** EKS' DescribeClusterVersions, which moto has not. */
export const clusterVersions: ServiceHandler = (_, http) => {
  const { pathname } = new URL(http.url, 'http://localhost');
  if (http.method !== 'GET' || pathname !== '/cluster-versions') return Promise.resolve(undefined);
  const clusterVersions = kubernetesVersions.map((clusterVersion) => ({
    clusterVersion,
    clusterType: 'eks',
    defaultVersion: clusterVersion === '1.35',
    versionStatus: 'STANDARD_SUPPORT',
  }));
  return Promise.resolve({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clusterVersions }),
  });
};

/**
 * EC2's GetInstanceMetadataDefaults, which moto has not.
 *
 * @param showsTags whether the account's default is that instances show their tags
 */
export function instanceMetadataDefaults(showsTags: () => boolean = () => false): ServiceHandler {
  return ({ operation }) => {
    if (operation !== 'GetInstanceMetadataDefaults') return Promise.resolve(undefined);
    const level = showsTags() ? '<instanceMetadataTags>enabled</instanceMetadataTags>' : '';
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body:
        `<GetInstanceMetadataDefaultsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>local</requestId>` +
        `<accountLevel>${level}</accountLevel></GetInstanceMetadataDefaultsResponse>`,
    });
  };
}
