import { foreignResource } from '../../adapters/aws/errors';
import {
  createInstance,
  findMadeInstance,
  modifyInstance,
  tagDatabase,
  type DatabaseInstance,
  type InstanceSettings,
} from '../../adapters/aws/rds-instances';
import type { DatabaseToMake } from '../../core/configuration/database';
import { defined } from '../../core/defined';
import { differences } from '../../core/differences';
import { UserError } from '../../core/errors';
import {
  isBroken,
  isEarlierVersion,
  isUsable,
  namedVersion,
  secretVersionTag,
} from '../../core/made-database';
import { deploymentTags, ownerTag } from '../../core/naming';
import { findAdmittingGroup, planAdmission } from '../network/admitting-group';
import { settle, type Look } from '../support/settle';
import {
  databaseGroupOf,
  databaseNamesOf,
  parametersTaken,
  planSurroundings,
  readUser,
  type DatabaseChange,
  type DatabaseOptions,
} from './own-database';
import { settingsInWords } from './instance-words';

// An instance takes some ten minutes, one with a standby twenty; another class as long.
const usualPatienceMs = 60 * 60_000;

/** What an instance shall be. */
function settingsOf(create: DatabaseToMake): InstanceSettings {
  return {
    DBInstanceClass: create.instance_class,
    AllocatedStorage: create.storage_gib,
    MaxAllocatedStorage: create.max_storage_gib,
    MultiAZ: create.multi_az,
    EngineVersion: create.engine_version,
    AutoMinorVersionUpgrade: namedVersion(create) === undefined,
    BackupRetentionPeriod: create.backup_retention_days,
    DeletionProtection: true,
    PubliclyAccessible: false,
    CopyTagsToSnapshot: true,
  };
}

/** The settings that an instance lacks. Storage that has grown stays, and so does a version that is newer. */
function missingSettings(create: DatabaseToMake, { settings }: DatabaseInstance): InstanceSettings {
  const wanted = settingsOf(create);
  const { AllocatedStorage: has = 0, EngineVersion: runs = '' } = settings;
  const named = namedVersion(create);
  if ((wanted.AllocatedStorage ?? 0) <= has) delete wanted.AllocatedStorage;
  // RDS tells of no limit where the storage has reached it.
  if ((wanted.MaxAllocatedStorage ?? 0) <= has) delete wanted.MaxAllocatedStorage;
  if (named === undefined || !isEarlierVersion(runs, named)) delete wanted.EngineVersion;
  return Object.fromEntries(
    differences(settings, wanted).map((key) => [key, wanted[key as keyof InstanceSettings]]),
  );
}

/** A change of the instance that RDS goes on with for a while, with RDS' names of what changes. */
interface InstanceChange extends DatabaseChange {
  keys?: readonly string[];
}

/**
 * What is to be done about the instance. Reads only, the user's secret where the instance is there.
 *
 * @throws ConflictError `ResourceConflict` where an instance of the name is another's
 */
async function planInstance(
  options: DatabaseOptions,
  create: DatabaseToMake,
  instance: DatabaseInstance | undefined,
): Promise<InstanceChange[]> {
  const { clients, configuration } = options;
  const { name } = databaseNamesOf(configuration);
  const what = `the database ${name}`;
  const tags = deploymentTags(configuration);
  if (instance === undefined) {
    const settings = settingsOf(create);
    return [{ action: 'create', what: `${what}: ${settingsInWords(settings, Object.keys(settings))}`, make }];
  }
  const owner = instance.tags[ownerTag];
  if (owner !== configuration.eks_name) throw foreignResource(what, owner, configuration.eks_name);
  const missing = missingSettings(create, instance);
  const keys = Object.keys(missing);
  const user = await readUser(options);
  const lacked = differences(instance.tags, tags);
  return [
    ...(keys.length === 0
      ? []
      : [
          change(
            settingsInWords(missing, keys),
            async () => {
              await modifyInstance(clients, name, missing);
            },
            keys,
          ),
        ]),
    ...(instance.parameterGroup === name
      ? []
      : [change('its parameter group', () => modifyInstance(clients, name, { DBParameterGroupName: name }))]),
    ...(instance.tags[secretVersionTag] === user.version
      ? []
      : [
          change(
            'the password that its secret has',
            async () => {
              await modifyInstance(clients, name, { MasterUserPassword: user.password });
              await tagDatabase(clients, instance.arn, { [secretVersionTag]: user.version });
            },
            ['MasterUserPassword'],
          ),
        ]),
    ...(lacked.length === 0 ? [] : [change('its tags', () => tagDatabase(clients, instance.arn, tags))]),
  ];

  function change(is: string, how: () => Promise<void>, keys?: readonly string[]): InstanceChange {
    return { action: 'change', what: `${what}: ${is}`, make: how, ...defined({ keys }) };
  }

  async function make(): Promise<void> {
    await parametersTaken(options);
    const group = await findAdmittingGroup(options, options.found.vpc.id, databaseGroupOf(configuration));
    const { version, ...user } = await readUser(options);
    await createInstance(clients, {
      ...{ name, subnetGroup: name, parameterGroup: name, user },
      securityGroupId: group?.id ?? '',
      keyArn: configuration.kms_key_arn,
      settings: settingsOf(create),
      tags: { ...tags, [secretVersionTag]: version },
    });
  }
}

/** Lets the cluster in to the database. */
const planDoor = (options: DatabaseOptions, clusterGroupId: string | undefined): Promise<DatabaseChange[]> =>
  planAdmission(options, options.found.vpc.id, databaseGroupOf(options.configuration), clusterGroupId);

/**
 * What {@link beginDatabase} and {@link finishDatabase} would do. Reads only, and asks nothing where no database is to be made.
 *
 * @param clusterGroupId security group of the cluster, where there is one
 * @throws ConflictError `ResourceConflict` where something of a name is another's
 */
export async function planDatabase(
  options: DatabaseOptions,
  clusterGroupId: string | undefined,
): Promise<DatabaseChange[]> {
  const create = options.configuration.database?.create;
  if (create === undefined) return [];
  const { name } = databaseNamesOf(options.configuration);
  const around = await planSurroundings(options);
  const instance = await findMadeInstance(options.clients, name);
  return [
    ...around,
    ...(await planInstance(options, create, instance)),
    ...(await planDoor(options, clusterGroupId)),
  ];
}

/** @returns RDS' names of what it goes on with */
async function makeAll(changes: readonly InstanceChange[], { say }: DatabaseOptions): Promise<string[]> {
  for (const { action, what, make } of changes) {
    say(`${action} ${what}`);
    await make();
  }
  return changes.flatMap(({ keys = [] }) => keys);
}

/**
 * Makes the database of the deployment and what it stands in, or changes it, without waiting for it: it takes about as long as the
 * control plane, and RDS asks for five minutes before it is begun. Where something is under way already, changes wait for {@link finishDatabase}.
 *
 * @returns what RDS goes on with, by its own names
 * @throws ConflictError `ResourceConflict`; UserError `DatabaseUnusable`
 */
export async function beginDatabase(options: DatabaseOptions): Promise<string[]> {
  const create = options.configuration.database?.create;
  if (create === undefined) return [];
  await makeAll(await planSurroundings(options), options);
  const { name } = databaseNamesOf(options.configuration);
  const instance = await findMadeInstance(options.clients, name);
  return instance === undefined || instance.state === 'available'
    ? makeAll(await planInstance(options, create, instance), options)
    : [];
}

/**
 * Lets the cluster in, waits until the database can be used, and makes the changes that had to wait.
 *
 * @param clusterGroupId security group of the cluster
 * @param begun what {@link beginDatabase} returned
 * @throws UserError `DatabaseFailed` where it cannot be used, or takes too long
 */
export async function finishDatabase(
  options: DatabaseOptions,
  clusterGroupId: string | undefined,
  begun: readonly string[],
): Promise<void> {
  const create = options.configuration.database?.create;
  if (create === undefined) return;
  const { clients, configuration } = options;
  await makeAll(await planDoor(options, clusterGroupId), options);
  const { name } = databaseNamesOf(configuration);
  const deadline = Date.now() + (options.patienceMs ?? usualPatienceMs);
  let awaited = begun;
  for (;;) {
    const instance = await awaitInstance(awaited);
    const changes = await planInstance(options, create, instance);
    if (changes.length === 0) return;
    awaited = await makeAll(changes, options);
  }

  async function awaitInstance(keys: readonly string[]): Promise<DatabaseInstance> {
    return settle(async () => lookAt(name, await findMadeInstance(clients, name), keys), {
      ...{ deadline, poll: options.pollMs, say: options.say },
      late: (waiting) => {
        throw failed(`${waiting}, for longer than it should take`);
      },
    });
  }
}

/** @param keys what is awaited: somebody may have left other changes to the maintenance window */
function lookAt(
  name: string,
  instance: DatabaseInstance | undefined,
  keys: readonly string[],
): Look<DatabaseInstance> {
  if (instance === undefined) throw failed(`the database ${name} is gone`);
  const { state, pending } = instance;
  if (isBroken(state)) throw failed(`the database ${name} is ${state}`);
  if (!isUsable(state)) return { waiting: `the database ${name} is ${state}` };
  const coming = pending.filter((key) => keys.includes(key));
  return coming.length > 0
    ? { waiting: `the database ${name} gets another ${coming.join(', ')}` }
    : { done: instance };
}

function failed(what: string): UserError {
  return new UserError(
    'DatabaseFailed',
    `${what}; expected available. RDS says why in its events: aws rds describe-events --source-type db-instance. ` +
      'See "When a database of ours does not come" in docs/operate/databases.md, then retry this step.',
  );
}
