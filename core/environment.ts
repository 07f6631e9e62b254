/**
 * Names of the environment variables that the template sets on functions and builds and that the code reads.
 * Values are names and ARNs, never secrets.
 */
export const environmentNames = {
  registryTable: 'REGISTRY_TABLE',
  profileManagerAliasArn: 'PROFILE_MANAGER_ALIAS_ARN',
  profileManagerFunctionName: 'PROFILE_MANAGER_FUNCTION_NAME',
  notificationTopicArn: 'NOTIFICATION_TOPIC_ARN',
  eventBusName: 'EVENT_BUS_NAME',
  /** The VPC of the builds and of the functions that reach clusters; `none` where they stand in none. */
  clusterVpc: 'CLUSTER_VPC',
  /** What the stack's options let its roles use, separated by commas; `*` for all of the account. */
  hostedZones: 'HOSTED_ZONES',
  clusterKeys: 'CLUSTER_KEYS',
  archiveBuckets: 'ARCHIVE_BUCKETS',
  rolePaths: 'NAMESPACE_ROLE_PATHS',
} as const;

/** A variable of {@link environmentNames}. */
export type EnvironmentKey = keyof typeof environmentNames;

/**
 * Reads one variable of the template.
 *
 * @param key the variable's key in {@link environmentNames}
 * @param source the environment, by default the process' own
 * @returns the value, never empty
 * @throws Error when it is not set: the template and the code disagree
 */
export function readEnvironment(
  key: EnvironmentKey,
  source: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const name = environmentNames[key];
  const value = source[name];
  if (value === undefined || value === '') {
    throw new Error(
      `environment variable ${name} is not set; the stack's template sets it on every function`,
    );
  }
  return value;
}
