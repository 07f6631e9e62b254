import { RDSClient, paginateDescribeOrderableDBInstanceOptions } from '@aws-sdk/client-rds';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** How an instance of MySQL may be had in a region, on storage of kind gp3. */
export interface DatabaseOffer {
  /** Such as `8.4.7`. */
  version: string;
  zones: string[];
  /** Whether it can have a standby in another zone. */
  multiAz: boolean;
  /** Of its storage, in GiB. */
  least: number;
  most: number;
}

/** What RDS has of a class for MySQL; nothing where it does not know the class. */
export async function listDatabaseOffers(
  clients: AwsClients,
  instanceClass: string,
): Promise<DatabaseOffer[]> {
  const client = clients.get(RDSClient);
  const asked = { Engine: 'mysql', DBInstanceClass: instanceClass, Vpc: true };
  const offers: DatabaseOffer[] = [];
  try {
    for await (const { OrderableDBInstanceOptions: page = [] } of paginateDescribeOrderableDBInstanceOptions(
      { client },
      asked,
    ))
      for (const option of page)
        if (option.StorageType === 'gp3' && option.DBInstanceClass === instanceClass)
          offers.push({
            version: option.EngineVersion ?? '',
            zones: (option.AvailabilityZones ?? []).flatMap(({ Name }) => Name ?? []),
            multiAz: option.MultiAZCapable === true,
            least: option.MinStorageSize ?? 0,
            most: option.MaxStorageSize ?? Number.MAX_SAFE_INTEGER,
          });
  } catch (error) {
    if (!isAwsError(error, 'InvalidParameterValue', 'InvalidParameterCombination')) throw error;
  }
  return offers;
}
