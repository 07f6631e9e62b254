import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { AwsClients } from './clients';

/**
 * A quota of the account in the region, or `undefined` where that cannot be found out: Service Quotas does not know it there,
 * does not answer, or an organisation lets nobody ask. What is short is then told by the service that refuses more; the
 * look beforehand is no reason to stop.
 */
export async function readQuota(
  clients: AwsClients,
  ServiceCode: string,
  QuotaCode: string,
): Promise<number | undefined> {
  try {
    const { Quota } = await clients
      .get(ServiceQuotasClient)
      .send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
    return Quota?.Value;
  } catch {
    return undefined;
  }
}
