import type { ServiceHandler } from '../gateway/gateway';

/** Where the real API server of the region is. */
export interface ApiServerAddress {
  /** `https://127.0.0.1:PORT` */
  endpoint: string;
  caPem: string;
}

/**
 * DescribeCluster and CreateCluster with the address and the authority of a real API server instead of moto's made-up
 * ones. All else is moto's answer as it is.
 *
 * @param next the handler that asks moto
 * @param address of the API server that stands for a cluster; `undefined` leaves moto's answer alone
 */
export function clusterAddress(
  next: ServiceHandler,
  address: (clusterName: string) => ApiServerAddress | undefined,
): ServiceHandler {
  return async (request, http) => {
    if (!/^\/clusters(?:\/[^/?]+)?(?:\?|$)/.test(http.url)) return undefined;
    const response = await next(request, http);
    if (response?.status !== 200) return response;
    const body = JSON.parse(response.body.toString()) as {
      cluster?: { name: string; endpoint?: string; certificateAuthority?: { data?: string } };
    };
    const server = body.cluster === undefined ? undefined : address(body.cluster.name);
    if (body.cluster === undefined || server === undefined) return response;
    body.cluster.endpoint = server.endpoint;
    body.cluster.certificateAuthority = { data: Buffer.from(server.caPem).toString('base64') };
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  };
}
