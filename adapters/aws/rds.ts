import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** A database of RDS, as far as pods of a cluster depend on it: an instance, or a cluster of Aurora. */
export interface Database {
  endpoint: string;
  port: number;
  /** `mysql`, `aurora-mysql`, or another. */
  engine: string;
  /** Such as `8.4.7`, or `8.0.mysql_aurora.3.10.0`. */
  version: string;
  /** `available`, or what keeps it from being used. */
  state: string;
  encrypted: boolean;
  /** Days that automated backups are kept; 0 for none. */
  backupDays: number;
  deletionProtected: boolean;
  /** Where it is; unknown for a cluster, whose answer has its subnet group's name alone. */
  vpcId?: string;
  securityGroupIds: string[];
}

/** An instance by its identifier. */
export async function findDatabaseInstance(
  clients: AwsClients,
  identifier: string,
): Promise<Database | undefined> {
  try {
    const { DBInstances: [found] = [] } = await clients
      .get(RDSClient)
      .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
    if (found === undefined) return undefined;
    const { Endpoint, DBSubnetGroup } = found;
    return {
      endpoint: Endpoint?.Address ?? '',
      port: Endpoint?.Port ?? 0,
      engine: found.Engine ?? '',
      version: found.EngineVersion ?? '',
      state: found.DBInstanceStatus ?? 'unknown',
      encrypted: found.StorageEncrypted === true,
      backupDays: found.BackupRetentionPeriod ?? 0,
      deletionProtected: found.DeletionProtection === true,
      ...(DBSubnetGroup?.VpcId !== undefined && { vpcId: DBSubnetGroup.VpcId }),
      securityGroupIds: groupsOf(found.VpcSecurityGroups),
    };
  } catch (error) {
    if (isAwsError(error, 'DBInstanceNotFoundFault') || isAwsError(error, 'DBInstanceNotFound'))
      return undefined;
    throw error;
  }
}

/** A cluster of Aurora by its identifier, with its writer's endpoint. */
export async function findDatabaseCluster(
  clients: AwsClients,
  identifier: string,
): Promise<Database | undefined> {
  try {
    const { DBClusters: [found] = [] } = await clients
      .get(RDSClient)
      .send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }));
    if (found === undefined) return undefined;
    return {
      endpoint: found.Endpoint ?? '',
      port: found.Port ?? 0,
      engine: found.Engine ?? '',
      version: found.EngineVersion ?? '',
      state: found.Status ?? 'unknown',
      encrypted: found.StorageEncrypted === true,
      backupDays: found.BackupRetentionPeriod ?? 0,
      deletionProtected: found.DeletionProtection === true,
      securityGroupIds: groupsOf(found.VpcSecurityGroups),
    };
  } catch (error) {
    if (isAwsError(error, 'DBClusterNotFoundFault') || isAwsError(error, 'DBClusterNotFound'))
      return undefined;
    throw error;
  }
}

const groupsOf = (groups: readonly { VpcSecurityGroupId?: string | undefined }[] = []): string[] =>
  groups.flatMap(({ VpcSecurityGroupId: id }) => id ?? []);
