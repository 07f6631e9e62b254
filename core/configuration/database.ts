/** The setting `database`: a MySQL of RDS in which Pipelines and Katib keep what they store, in place of their own in the cluster. */
import { z } from 'zod';

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
      .describe('Endpoint of the existing RDS for MySQL or Aurora MySQL, of the same account and region.'),
    port: z
      .int({ error: 'must be a whole number' })
      .min(1150, 'must be a port of RDS, 1150 or more')
      .max(65535, 'must be 65535 or less')
      .default(3306)
      .describe('Its port.'),
    secret_arn: z
      .string({ error: secretMessage })
      .regex(
        /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:kubeflow-eks\/databases\/[\w/+=.@-]{1,128}$/,
        secretMessage,
      )
      .describe(
        'A secret in Secrets Manager with "username" and "password" as JSON, encrypted with the key aws/secretsmanager. The user authenticates by mysql_native_password, and may make the databases of this deployment.',
      ),
    data_moved: z
      .boolean({ error: 'must be true or false, without quotes' })
      .default(false)
      .describe(
        'Set to true once what the databases in the cluster hold has been copied: only then does a deployment go over from them.',
      ),
  },
  { error: 'must be a map with "host" and "secret_arn"' },
);

/** The database of a configuration that names one. */
export type DatabaseSettings = z.output<typeof databaseSchema>;

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

const namesHost = z.object({ database: z.object({ host: z.string() }) });

/** The database that a configuration names, as a registration keeps it; `undefined` where it is in the cluster. */
export function registeredDatabase(configuration: unknown): DatabaseEndpoint | undefined {
  const named = namesHost.safeParse(configuration);
  return named.success ? parseEndpoint(named.data.database.host) : undefined;
}
