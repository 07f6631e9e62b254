import { awsError, type ServiceHandler } from '../gateway/gateway';

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
 * What an account may run, by the code of the quota, as of one in use for a while: virtual processors of EC2, and builds of
 * CodeBuild at a time.
 */
export const accountQuotas: Readonly<Record<string, number>> = {
  'L-1216C47A': 256,
  'L-DB2E81BA': 64,
  'L-417A185B': 64,
  'L-5ED1D25B': 20,
};

/** Their names, as Service Quotas shows them. */
const quotaNames: Readonly<Record<string, string>> = {
  'L-1216C47A': 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
  'L-DB2E81BA': 'Running On-Demand G and VT instances',
  'L-417A185B': 'Running On-Demand P instances',
  'L-5ED1D25B': 'Concurrently running builds for ARM/Small environment',
};

/**
 * Service Quotas' GetServiceQuota, which moto has not.
 *
 * @param quotas instead of {@link accountQuotas}
 */
export function serviceQuotas(
  quotas: () => Readonly<Record<string, number>> = () => accountQuotas,
): ServiceHandler {
  return ({ operation }, http) => {
    if (operation !== 'GetServiceQuota') return Promise.resolve(undefined);
    const { ServiceCode, QuotaCode = '' } = JSON.parse(http.body.toString('utf8')) as {
      ServiceCode?: string;
      QuotaCode?: string;
    };
    const Value = quotas()[QuotaCode];
    if (Value === undefined) {
      const refused = {
        status: 400,
        code: 'NoSuchResourceException',
        message: `There is no quota ${QuotaCode}`,
      };
      return Promise.resolve(awsError(http, refused));
    }
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ Quota: { ServiceCode, QuotaCode, QuotaName: quotaNames[QuotaCode], Value } }),
    });
  };
}

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
