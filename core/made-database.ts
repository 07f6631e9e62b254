/** What a database is made with, in RDS' own words, beside what the configuration says. */
import type { DatabaseToMake } from './configuration/database';

/**
 * Name of the user of a database that is made: RDS' master user, with which nobody but the deployment's programs works. RDS reserves
 * others (user guide, "Master user account privileges"), and MySQL takes 32 characters, RDS 16.
 */
export const madeUser = 'kubeflow';

/** The tag that says which version of the secret's value the instance has as its password. */
export const secretVersionTag = 'kubeflow-eks:secret-version';

/** A parameter of MySQL, and whether RDS can set it while the instance runs. */
interface MysqlParameter {
  name: string;
  value: string;
  isDynamic: boolean;
}

/** Family of parameters of the one major version that is made. */
export const parameterFamily = 'mysql8.4';

/**
 * - No connection without TLS (RDS user guide, "Requiring SSL/TLS for all connections to a MySQL DB instance").
 * - RDS makes the master user with the plugin that the policy names, and MLMD knows `mysql_native_password` alone
 *   (ml_metadata/libmysqlclient.BUILD). Of RDS for MySQL that is written nowhere; Aurora's user guide has it in "Security
 *   considerations for upgrading from Aurora MySQL version 3 to version 8.4".
 */
export const mysqlParameters: readonly MysqlParameter[] = [
  { name: 'require_secure_transport', value: '1', isDynamic: true },
  { name: 'authentication_policy', value: '*:mysql_native_password', isDynamic: false },
];

/** The minor version that a configuration names; none where RDS chooses it. */
export function namedVersion({ engine_version: version }: DatabaseToMake): string | undefined {
  return version.split('.').length === 3 ? version : undefined;
}

/** Orders versions of one major version: `8.4.10` is later than `8.4.9`. */
export function isEarlierVersion(one: string, other: string): boolean {
  const patch = (version: string): number => Number(version.split('.')[2] ?? Number.NaN);
  return patch(one) < patch(other);
}

/** States from which no instance comes by itself (RDS user guide, "Viewing Amazon RDS DB instance status"). */
export const isBroken = (state: string): boolean =>
  /^(?:failed|stopp(?:ed|ing)|storage-full|in(?:accessible|compatible|sufficient)-.*|restore-error)$/.test(
    state,
  );

/** States in which an instance answers, and takes changes. */
export const isUsable = (state: string): boolean =>
  /^(?:available|backing-up|storage-optimization|storage-config-upgrade|configuring-.*)$/.test(state);
