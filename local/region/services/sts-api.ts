import type { Sts } from '../../sts/sts';
import type { ServiceHandler } from '../gateway/gateway';

/** Puts the region's STS behind the gateway. */
export function stsApi(sts: Sts): ServiceHandler {
  return async (_, http) =>
    sts.handle({
      method: http.method,
      url: http.url,
      headers: http.headers,
      body: http.body.toString('utf8'),
    });
}
