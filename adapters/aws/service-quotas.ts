import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A quota of the account in the region, or `undefined` where Service Quotas does not know it there. */
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
  } catch (error) {
    if (isAwsError(error, 'NoSuchResourceException')) return undefined;
    throw error;
  }
}
