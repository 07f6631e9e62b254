import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  type CreateDBInstanceMessage,
  type DBInstance,
  type ModifyDBInstanceMessage,
  type PendingModifiedValues,
} from '@aws-sdk/client-rds';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeBefore } from './unrepeated';
import { tagList, tagsFrom } from './tag-lists';

/** What of an instance is configured, by RDS' own names for it. */
export type InstanceSettings = Pick<
  ModifyDBInstanceMessage,
  | 'DBInstanceClass'
  | 'AllocatedStorage'
  | 'MaxAllocatedStorage'
  | 'MultiAZ'
  | 'EngineVersion'
  | 'AutoMinorVersionUpgrade'
  | 'BackupRetentionPeriod'
  | 'DeletionProtection'
  | 'PubliclyAccessible'
  | 'CopyTagsToSnapshot'
>;

/** An instance of RDS that was made for a deployment, or has its name. */
export interface DatabaseInstance {
  arn: string;
  /** `available`, or another of RDS' states (user guide, "Viewing Amazon RDS DB instance status"). */
  state: string;
  tags: Readonly<Record<string, string>>;
  settings: InstanceSettings;
  /** What RDS still applies, or will in the maintenance window, by its own names. */
  pending: string[];
  /** Whether RDS has ever backed it up, so that something may be in it. */
  isBackedUp: boolean;
  parameterGroup: string | undefined;
  securityGroupIds: string[];
}

/** An instance by its name, or `undefined`. */
export async function findMadeInstance(
  clients: AwsClients,
  name: string,
): Promise<DatabaseInstance | undefined> {
  try {
    const { DBInstances: [found] = [] } = await clients
      .get(RDSClient)
      .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    return found && instanceOf(found);
  } catch (error) {
    if (isAwsError(error, 'DBInstanceNotFoundFault', 'DBInstanceNotFound')) return undefined;
    throw error;
  }
}

function instanceOf(found: DBInstance): DatabaseInstance {
  const pending: PendingModifiedValues = found.PendingModifiedValues ?? {};
  const settings: InstanceSettings = {
    DBInstanceClass: found.DBInstanceClass,
    AllocatedStorage: found.AllocatedStorage,
    // RDS leaves it out where storage does not grow by itself.
    MaxAllocatedStorage: found.MaxAllocatedStorage,
    MultiAZ: found.MultiAZ,
    EngineVersion: found.EngineVersion,
    AutoMinorVersionUpgrade: found.AutoMinorVersionUpgrade,
    BackupRetentionPeriod: found.BackupRetentionPeriod,
    DeletionProtection: found.DeletionProtection,
    PubliclyAccessible: found.PubliclyAccessible,
    CopyTagsToSnapshot: found.CopyTagsToSnapshot,
  };
  return {
    arn: found.DBInstanceArn ?? '',
    state: found.DBInstanceStatus ?? 'unknown',
    tags: tagsFrom(found.TagList),
    settings,
    pending: Object.entries(pending).flatMap(([key, value]) => (value === undefined ? [] : [key])),
    isBackedUp: found.LatestRestorableTime !== undefined,
    parameterGroup: found.DBParameterGroups?.[0]?.DBParameterGroupName,
    securityGroupIds: (found.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []),
  };
}

/** What an instance is made with beside its settings. */
export interface NewInstance {
  name: string;
  subnetGroup: string;
  parameterGroup: string;
  securityGroupId: string;
  keyArn: string;
  user: { username: string; password: string };
  settings: InstanceSettings;
  tags: Readonly<Record<string, string>>;
}

/** Makes an instance of MySQL; it is `available` some ten minutes later. */
export async function createInstance(clients: AwsClients, wanted: NewInstance): Promise<void> {
  const message: CreateDBInstanceMessage = {
    ...wanted.settings,
    DBInstanceClass: wanted.settings.DBInstanceClass,
    DBInstanceIdentifier: wanted.name,
    Engine: 'mysql',
    Port: 3306,
    StorageType: 'gp3',
    StorageEncrypted: true,
    KmsKeyId: wanted.keyArn,
    DBSubnetGroupName: wanted.subnetGroup,
    DBParameterGroupName: wanted.parameterGroup,
    VpcSecurityGroupIds: [wanted.securityGroupId],
    MasterUsername: wanted.user.username,
    MasterUserPassword: wanted.user.password,
    Tags: tagList(wanted.tags),
  };
  await unlessMadeBefore('DBInstanceAlreadyExistsFault', async () =>
    clients.get(RDSClient).send(new CreateDBInstanceCommand(message)),
  );
}

/** Changes an instance at once, and not only in its maintenance window. */
export async function modifyInstance(
  clients: AwsClients,
  name: string,
  changes: InstanceSettings &
    Pick<ModifyDBInstanceMessage, 'MasterUserPassword' | 'DBParameterGroupName' | 'VpcSecurityGroupIds'>,
): Promise<void> {
  await clients
    .get(RDSClient)
    .send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, ...changes, ApplyImmediately: true }));
}

/** Sets tags on what is RDS', by its ARN; others that it has stay. */
export async function tagDatabase(
  clients: AwsClients,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(RDSClient).send(
    new AddTagsToResourceCommand({
      ResourceName: arn,
      Tags: tagList(tags),
    }),
  );
}

/**
 * Lets an instance be deleted.
 *
 * @returns `false` where its state lets RDS not do it now
 */
export async function liftProtection(clients: AwsClients, name: string): Promise<boolean> {
  try {
    await modifyInstance(clients, name, { DeletionProtection: false });
    return true;
  } catch (error) {
    if (isAwsError(error, 'InvalidDBInstanceStateFault', 'InvalidDBInstanceState')) return false;
    throw error;
  }
}

/**
 * Begins the deletion of an instance, with its automated backups.
 *
 * @param snapshot name of the snapshot that RDS makes before; none where there is nothing to keep
 * @returns `false` where its state lets RDS not do it now
 */
export async function deleteInstance(
  clients: AwsClients,
  name: string,
  snapshot: string | undefined,
): Promise<boolean> {
  try {
    await clients.get(RDSClient).send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: name,
        DeleteAutomatedBackups: true,
        ...(snapshot === undefined
          ? { SkipFinalSnapshot: true }
          : { SkipFinalSnapshot: false, FinalDBSnapshotIdentifier: snapshot }),
      }),
    );
    return true;
  } catch (error) {
    if (isAwsError(error, 'InvalidDBInstanceStateFault', 'InvalidDBInstanceState')) return false;
    if (isAwsError(error, 'DBInstanceNotFoundFault', 'DBInstanceNotFound')) return true;
    throw error;
  }
}

/** Names of the snapshots of an instance that RDS does not delete by itself. */
export async function listSnapshots(clients: AwsClients, name: string): Promise<string[]> {
  const { DBSnapshots: found = [] } = await clients
    .get(RDSClient)
    .send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: name, SnapshotType: 'manual' }));
  return found.flatMap(({ DBSnapshotIdentifier: id }) => id ?? []).sort();
}
