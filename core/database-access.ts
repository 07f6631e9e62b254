/** How programs of Kubeflow get into a database of RDS: the names of what they keep there, and with which user. */
import { z } from 'zod';

/** The databases of one deployment. */
export interface DatabaseNames {
  pipelines: string;
  metadata: string;
  cache: string;
  katib: string;
}

/**
 * Names of the databases of a deployment: upstream's, behind the deployment's own, so that several can share an instance.
 * Pipelines, its cache and MLMD make theirs without quotes, so that no hyphen may be in one. `eks_name` has at most 53
 * characters, and a name at most 64 (MySQL reference manual, "Identifier Length Limits").
 */
export function databaseNames(eksName: string): DatabaseNames {
  const prefix = eksName.replaceAll('-', '_');
  return {
    pipelines: `${prefix}_mlpipeline`,
    metadata: `${prefix}_metadb`,
    cache: `${prefix}_cachedb`,
    katib: `${prefix}_katib`,
  };
}

/** A user of the database. The password is for the cluster's Secrets alone. */
export interface DatabaseUser {
  username: string;
  password: string;
}

/**
 * What all clients can take: the driver of Pipelines and Katib ends a user's name at a colon (go-sql-driver/mysql, `ParseDSN`),
 * and MySQL takes 32 characters.
 */
const userSchema = z.object({
  username: z.string().regex(/^[\w.-]{1,32}$/),
  password: z.string().regex(/^[\x20-\x7e]{1,256}$/),
});

/**
 * The user that a secret's value names, in the form that RDS and Secrets Manager give theirs (Secrets Manager user guide,
 * "JSON structure of AWS Secrets Manager secrets").
 *
 * @returns the user, or what is wrong, in words that quote nothing of the value
 */
export function parseDatabaseSecret(value: string | undefined): DatabaseUser | { problem: string } {
  if (value === undefined) return { problem: 'it is not there or has no text' };
  let document: unknown;
  try {
    document = JSON.parse(value);
  } catch {
    return { problem: 'its value is no JSON' };
  }
  const parsed = userSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const keys = new Set(parsed.error.issues.map(({ path }) => path[0]));
  if (keys.has('username'))
    return {
      problem:
        'its key username is missing, or is not 1 to 32 letters, digits, dots, hyphens and underscores',
    };
  return keys.has('password')
    ? { problem: 'its key password is missing, or is not 1 to 256 printable characters of ASCII' }
    : { problem: 'its value is no map with username and password' };
}
