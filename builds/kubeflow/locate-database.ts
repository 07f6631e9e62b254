import type { AwsClients } from '../../adapters/aws/clients';
import { findDatabaseInstance } from '../../adapters/aws/rds';
import type { BuildConfiguration } from '../../core/configuration';
import { existingDatabase } from '../../core/configuration/database';
import { UserError } from '../../core/errors';
import { deploymentNames } from '../../core/naming';
import type { DatabaseLocation } from './overlay/external-database';

/**
 * Where the database of a configuration is, if it has one: of one that is made RDS says it.
 *
 * @param planned whether the build before may not have made it yet: what it will be called is not known, and a plan needs no more
 *   than that it is another
 * @throws UserError `DatabaseUnusable` where the one that should have been made is not there
 */
export async function locateDatabase(
  clients: AwsClients,
  { database, eks_name: deployment, region }: Pick<BuildConfiguration, 'database' | 'eks_name' | 'region'>,
  { planned = false } = {},
): Promise<DatabaseLocation | undefined> {
  const existing = existingDatabase(database);
  if (existing !== undefined)
    return { host: existing.host, port: existing.port, secretArn: existing.secret_arn };
  if (database?.create === undefined) return undefined;
  const name = deploymentNames.database(deployment);
  const found = await findDatabaseInstance(clients, name);
  const secretArn = deploymentNames.databaseSecret(deployment);
  // RDS has no address for it before it is available.
  if (found !== undefined && found.endpoint !== '')
    return { host: found.endpoint, port: found.port, secretArn };
  if (planned) return { host: `${name}.made-later.${region}.rds.amazonaws.com`, port: 3306, secretArn };
  throw new UserError(
    'DatabaseUnusable',
    `the database ${name} is ${found === undefined ? 'not there' : found.state}; expected available, as the step "Create cluster" ` +
      'leaves it. Start a new execution, which makes it again.',
  );
}
