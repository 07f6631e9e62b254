import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A quota of an account in a region. */
export interface Quota {
  value: number | undefined;
  name: string | undefined;
}

/**
 * A quota of the account in the region, or why it cannot be found out: Service Quotas knows none of the code (`unknown`), or
 * does not answer, or an organisation lets nobody ask (`unanswered`). What is short is then told by the service that refuses
 * more; the look beforehand is no reason to stop.
 */
export async function readQuota(
  clients: AwsClients,
  ServiceCode: string,
  QuotaCode: string,
): Promise<Quota | 'unknown' | 'unanswered'> {
  try {
    const { Quota } = await clients
      .get(ServiceQuotasClient)
      .send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
    return { value: Quota?.Value, name: Quota?.QuotaName };
  } catch (error) {
    return isAwsError(error, 'NoSuchResourceException') ? 'unknown' : 'unanswered';
  }
}
