import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AwsClients } from '../../adapters/aws/clients';
import { foreignResource } from '../../adapters/aws/errors';
import {
  createParameterGroup,
  createSubnetGroup,
  findParameterGroup,
  findSubnetGroup,
  setParameters,
  setSubnets,
} from '../../adapters/aws/rds-groups';
import {
  createSecret,
  describeSecret,
  readSecretVersion,
  restoreSecret,
} from '../../adapters/aws/secrets-manager';
import type { BuildConfiguration } from '../../core/configuration';
import { parseDatabaseSecret, type DatabaseUser } from '../../core/database-access';
import { UserError } from '../../core/errors';
import type { Network } from '../../core/handover/found';
import { madeUser, mysqlParameters, parameterFamily } from '../../core/made-database';
import { deploymentNames, deploymentTags, ownerTag } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import { planAdmittingGroup, type AdmittingGroup } from '../network/admitting-group';
import type { Say } from '../support/say';

/** What a database is made with. */
export interface DatabaseOptions {
  clients: AwsClients;
  configuration: BuildConfiguration;
  found: Network;
  say: Say;
  /** Between two looks at something under way, in milliseconds. */
  pollMs: number;
  /** How long RDS is waited for, in milliseconds. */
  patienceMs?: number;
}

/** Something to do about the database, and how. */
export interface DatabaseChange extends PlannedChange {
  make: () => Promise<void>;
}

/** Names of what is made. */
export function databaseNamesOf({ eks_name: deployment }: Pick<BuildConfiguration, 'eks_name'>) {
  return { name: deploymentNames.database(deployment), secret: deploymentNames.databaseSecret(deployment) };
}

/**
 * What stands around the instance and must be there before it: security group, subnet group, parameter group and the user's secret.
 * Reads only.
 *
 * @throws ConflictError `ResourceConflict` where something of a name is another's
 */
export async function planSurroundings(options: DatabaseOptions): Promise<DatabaseChange[]> {
  return [
    ...(await planAdmittingGroup(
      options,
      options.found.vpc.id,
      databaseGroupOf(options.configuration),
      undefined,
    )),
    ...(await planSubnetGroup(options)),
    ...(await planParameterGroup(options)),
    ...(await planSecret(options)),
  ];
}

function requireOurs(what: string, owner: string | undefined, { eks_name: name }: BuildConfiguration): void {
  if (owner !== name) throw foreignResource(what, owner, name);
}

/** The security group of the database, which lets the cluster in. */
export const databaseGroupOf = (configuration: Pick<BuildConfiguration, 'eks_name'>): AdmittingGroup => ({
  name: databaseNamesOf(configuration).name,
  description: 'database of Pipelines and Katib',
  port: 3306,
});

async function planSubnetGroup({
  clients,
  configuration,
  found,
}: DatabaseOptions): Promise<DatabaseChange[]> {
  const { name } = databaseNamesOf(configuration);
  const what = `the subnet group ${name} of RDS`;
  const wanted = found.subnets.private.map(({ id }) => id);
  const group = await findSubnetGroup(clients, name);
  if (group === undefined) {
    const tags = deploymentTags(configuration);
    const make = () =>
      createSubnetGroup(clients, name, { description: 'private subnets', subnetIds: wanted, tags });
    return [{ action: 'create', what: `${what}: ${wanted.join(', ')}`, make }];
  }
  requireOurs(what, group.owner, configuration);
  const missing = wanted.filter((id) => !group.subnetIds.includes(id));
  if (missing.length === 0) return [];
  const make = () => setSubnets(clients, name, [...group.subnetIds, ...missing]);
  return [{ action: 'change', what: `${what}: ${missing.join(', ')} as well`, make }];
}

async function planParameterGroup({ clients, configuration }: DatabaseOptions): Promise<DatabaseChange[]> {
  const { name } = databaseNamesOf(configuration);
  const what = `the parameter group ${name} of RDS`;
  const group = await findParameterGroup(clients, name);
  if (group !== undefined) requireOurs(what, group.owner, configuration);
  const different = mysqlParameters.filter((parameter) => group?.values[parameter.name] !== parameter.value);
  const set = () =>
    setParameters(
      clients,
      name,
      different.map(({ name: ParameterName, value: ParameterValue, isDynamic }) => ({
        ...{ ParameterName, ParameterValue },
        ApplyMethod: isDynamic ? 'immediate' : 'pending-reboot',
      })),
    );
  const said = different.map((parameter) => `${parameter.name} is ${parameter.value}`).join(', ');
  const change: DatabaseChange = { action: 'change', what: `${what}: ${said}`, make: set };
  if (group !== undefined) return different.length === 0 ? [] : [change];
  const tags = deploymentTags(configuration);
  const wanted = { description: 'TLS alone', family: parameterFamily, tags };
  return [{ action: 'create', what, make: () => createParameterGroup(clients, name, wanted) }, change];
}

/**
 * How long RDS may take to complete a change of a parameter group, in looks of a build: five minutes. An instance that is made before
 * may be made without the parameters (RDS API reference, ModifyDBParameterGroup), and its master user with MySQL's own plugin, which
 * no restart changes.
 */
const parameterLooks = 20;

/** Waits until RDS has taken the parameters for sure, which it does not tell: it shows them at once. */
export async function parametersTaken({ say, pollMs }: DatabaseOptions): Promise<void> {
  say('waiting: RDS takes the parameters of the database, for which it asks for five minutes');
  await delay(parameterLooks * pollMs);
}

/** A value is made up here, kept nowhere else, and given back by nothing but {@link readUser}. */
async function planSecret({ clients, configuration }: DatabaseOptions): Promise<DatabaseChange[]> {
  const { secret: name } = databaseNamesOf(configuration);
  const what = `the secret ${name} with the user of the database`;
  const secret = await describeSecret(clients, name);
  if (secret === undefined) {
    // RDS takes 41 characters, and neither a slash, quotes, an at sign nor a space (API reference, CreateDBInstance).
    const value = () =>
      JSON.stringify({ username: madeUser, password: randomBytes(24).toString('base64url') });
    const make = async (): Promise<void> => {
      const tags = deploymentTags(configuration);
      await createSecret(clients, name, `User of the database of ${configuration.eks_name}`, value(), tags);
    };
    return [{ action: 'create', what, make }];
  }
  requireOurs(what, secret.tags[ownerTag], configuration);
  // A former deployment of the name left it, with the password of its snapshots.
  return secret.deletionScheduled
    ? [{ action: 'change', what: `${what}: it is kept`, make: () => restoreSecret(clients, secret.arn) }]
    : [];
}

/**
 * The user that the secret has, and the version of its value.
 *
 * @throws UserError `DatabaseUnusable` where somebody wrote something else into it
 */
export async function readUser({
  clients,
  configuration,
}: DatabaseOptions): Promise<DatabaseUser & { version: string }> {
  const { secret: name } = databaseNamesOf(configuration);
  const secret = await readSecretVersion(clients, name);
  const user = parseDatabaseSecret(secret?.value);
  if (secret !== undefined && !('problem' in user) && user.username === madeUser)
    return { ...user, version: secret.version };
  const problem = 'problem' in user ? user.problem : `its user is not ${madeUser}, which RDS cannot change`;
  throw new UserError(
    'DatabaseUnusable',
    `the secret ${name} of the database cannot be used: ${problem}. Write a map with username and password into it, then retry this step.`,
  );
}
