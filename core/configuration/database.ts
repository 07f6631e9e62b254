/** The setting `database`: a MySQL of RDS in which Pipelines and Katib keep what they store, in place of their own in the cluster. */
import { z } from 'zod';
import { deploymentNames } from '../naming';

const wholeNumber = { error: 'must be a whole number' };
const switchMessage = 'must be true or false, without quotes';
const classMessage = 'must be a class of RDS, such as "db.t4g.medium"';
const versionMessage =
  'must be "8.4", or a minor version of it such as "8.4.7": MLMD cannot log in to MySQL 9, and 8.0 has left RDS\' standard support';

/** RDS user guide, "Amazon RDS DB instance storage": of gp3 for MySQL, in GiB. */
const storage = { least: 20, most: 65_536 } as const;

/** A database that the workflows make. What is not in here is always so: encrypted, private, TLS alone, protected from deletion. */
const createSchema = z.strictObject(
  {
    instance_class: z
      .string({ error: classMessage })
      .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, classMessage)
      .default('db.t4g.medium')
      .describe('Class of the instance. Another one is a restart of minutes, at once.'),
    storage_gib: z
      .int(wholeNumber)
      .min(storage.least, `must be ${storage.least.toString()} or more`)
      .max(storage.most, `must be ${storage.most.toString()} or less`)
      .default(50)
      .describe('Storage to begin with, in GiB (gp3). RDS takes none of it back.'),
    max_storage_gib: z
      .int(wholeNumber)
      .max(storage.most, `must be ${storage.most.toString()} or less`)
      .default(500)
      .describe(
        'Up to where RDS lets the storage grow by itself, in GiB; a tenth more than storage_gib at least.',
      ),
    multi_az: z
      .boolean({ error: switchMessage })
      .default(false)
      .describe(
        'Whether there is a standby in another zone, to which RDS fails over. It costs as much again.',
      ),
    engine_version: z
      .string({ error: versionMessage })
      .regex(/^8\.4(?:\.\d{1,2})?$/, versionMessage)
      .default('8.4')
      .describe(
        'Version of MySQL. With "8.4" RDS chooses the minor version and keeps it up to date in the maintenance window; one that is named stays until another is.',
      ),
    backup_retention_days: z
      .int(wholeNumber)
      .min(1, 'must be 1 or more: a database without backups cannot be restored')
      .max(35, 'is more than the 35 days that RDS keeps')
      .default(7)
      .describe('Days for which RDS keeps its daily backups and the log of changes between them.'),
    final_snapshot: z
      .boolean({ error: switchMessage })
      .default(true)
      .describe(
        'Whether a destroy leaves a snapshot of what was in it, which stays until somebody deletes it.',
      ),
  },
  {
    error:
      'must be a map with perhaps "instance_class", "storage_gib", "max_storage_gib", "multi_az", "engine_version", "backup_retention_days" and "final_snapshot"; {} for the defaults',
  },
);

const hostMessage =
  'must be the endpoint of an RDS instance or the writer endpoint of an Aurora cluster, such as "kubeflow.abcdefghijkl.eu-central-1.rds.amazonaws.com"';

/**
 * `<identifier>.[cluster-]<random>.<region>.rds.amazonaws.com` (RDS user guide, "Finding the connection information"). An
 * alias of it is in no certificate of RDS, and a reader's endpoint takes no writes.
 */
const endpoint =
  /^([a-z](?:-?[a-z0-9])*)\.(cluster-)?(?!ro-|custom-)[a-z0-9]+\.([a-z0-9-]+)\.rds\.amazonaws\.com$/;

const secretMessage = 'must be the ARN of a secret whose name begins with kubeflow-eks/databases/';

export const databaseSchema = z.strictObject(
  {
    host: z
      .string({ error: hostMessage })
      .regex(endpoint, hostMessage)
      .optional()
      .describe(
        'Endpoint of an existing RDS for MySQL or Aurora MySQL, of the same account and region; with secret_arn.',
      ),
    port: z
      .int({ error: 'must be a whole number' })
      .min(1150, 'must be a port of RDS, 1150 or more')
      .max(65535, 'must be 65535 or less')
      .default(3306)
      .describe('Port of the existing one.'),
    secret_arn: z
      .string({ error: secretMessage })
      .regex(
        /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:kubeflow-eks\/databases\/[\w/+=.@-]{1,128}$/,
        secretMessage,
      )
      .optional()
      .describe(
        'Of the existing one: a secret in Secrets Manager with "username" and "password" as JSON, encrypted with the key aws/secretsmanager. The user authenticates by mysql_native_password, and may make the databases of this deployment.',
      ),
    create: createSchema
      .optional()
      .describe(
        'In place of an existing one: an RDS for MySQL that is made for the deployment, in its private subnets.',
      ),
    data_moved: z
      .boolean({ error: switchMessage })
      .default(false)
      .describe(
        'Set to true once what the databases in the cluster hold, or the database before, has been copied: only then does a deployment go over from them.',
      ),
  },
  { error: 'must be a map with "host" and "secret_arn", or with "create"' },
);

/** The database of a configuration that has one. */
export type DatabaseSettings = z.output<typeof databaseSchema>;

/** A database that the workflows make. */
export type DatabaseToMake = z.output<typeof createSchema>;

/** A database that was there before. */
export interface ExistingDatabase {
  host: string;
  port: number;
  secret_arn: string;
}

/** The existing database of a configuration that names one, by which it has both `host` and `secret_arn`. */
export function existingDatabase(database: DatabaseSettings | undefined): ExistingDatabase | undefined {
  const { host, port, secret_arn } = database ?? {};
  return host === undefined || port === undefined || secret_arn === undefined
    ? undefined
    : { host, port, secret_arn };
}

/** What an endpoint tells of its database. */
export interface DatabaseEndpoint {
  identifier: string;
  /** Whether it is a cluster of Aurora, or an instance. */
  isCluster: boolean;
  region: string;
}

/** The parts of a `host` that is well-formed. */
export function parseEndpoint(host: string): DatabaseEndpoint {
  const [, identifier = '', cluster, region = ''] = endpoint.exec(host) ?? [];
  return { identifier, isCluster: cluster !== undefined, region };
}

const namesDatabase = z.object({
  eks_name: z.string(),
  database: z.object({ host: z.string().optional(), create: z.looseObject({}).optional() }),
});

/** The database that a configuration has, as a registration keeps it; `undefined` where it is in the cluster. */
export function registeredDatabase(
  configuration: unknown,
): Pick<DatabaseEndpoint, 'identifier' | 'isCluster'> | undefined {
  const named = namesDatabase.safeParse(configuration);
  if (!named.success) return undefined;
  const { eks_name: deployment, database } = named.data;
  if (database.create !== undefined)
    return { identifier: deploymentNames.database(deployment), isCluster: false };
  return database.host === undefined ? undefined : parseEndpoint(database.host);
}
