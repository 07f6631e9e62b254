import type { AwsClients } from '../adapters/aws/clients';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import type { AccessRow } from '../core/access/access-rows';
import type { DesiredAccess } from '../core/access/grants';
import type { DirectoryReading } from '../core/access/directory';
import { userKey } from '../core/access/user-identity';
import type { Registration } from '../core/handover/registration';
import { stackNames } from '../core/naming';
import type { LeftBehind } from '../isolation/left-behind';
import { CliError, exitCodes } from './exit-codes';
import type { Host } from './host';
import type { Target } from './target';

/** Who may do what in a deployment, and what is odd about it. */
export interface AccessReport {
  deployment: string;
  rows: readonly AccessRow[];
  /** The owner of the groups' Profiles, as which nobody can log in. */
  profileOwner?: string;
  /** With `--user`: what the user's groups name and do not get, and why. */
  refused: readonly { group?: string | undefined; namespace?: string | undefined; message: string }[];
  /** E-mails that several enabled users have, who get only what all of them are granted. */
  sharedEmails: readonly { email: string; userNames: readonly string[] }[];
  /** With `--user`: what the person may have left in the namespaces that they can edit. */
  leftBehind: readonly LeftBehind[];
  /** Profiles without a quota, of those asked for. */
  withoutQuota: readonly string[];
  /** Profiles whose quota is another than the rules say, of those asked for: the next re-sync changes it. */
  quotaToChange: readonly string[];
  /** Profiles that keep another quota than `access.namespaces` says. */
  quotaKept: readonly string[];
}

/** What of a registration the report needs. */
const accessParts = ['deployment', 'configuration', 'cluster', 'identity'] as const;
export type AccessRegistration = Pick<Registration, (typeof accessParts)[number]>;

/**
 * What is registered of a deployment.
 *
 * @throws CliError `notFound` where nothing is, UserError `RegistrationUnreadable`
 */
export async function registrationOf(
  clients: AwsClients,
  name: string,
  { local, region, accountId }: Pick<Target, 'local' | 'region' | 'accountId'>,
): Promise<AccessRegistration> {
  const { readRegistration } = await import('../adapters/aws/registry');
  const { parseRegistration } = await import('../core/handover/registration');
  const stored = await readRegistration(clients, stackNames.table, name);
  if (stored !== undefined) return parseRegistration(stored, ...accessParts);
  throw new CliError(
    `no deployment "${name}" is registered in ${local ? 'the local region' : `${region} of account ${accountId}`}`,
    exitCodes.notFound,
    'name a deployment by its eks_name; one is registered when its provisioning has come to its end',
  );
}

/** The cluster of a deployment, as the AWS credentials or a kubeconfig reach it. The caller closes the client. */
export async function clusterOf(
  clients: AwsClients,
  { cluster }: AccessRegistration,
  kubeconfig: string | undefined,
): Promise<KubernetesClient> {
  if (kubeconfig !== undefined) {
    const { connectWithKubeconfig } = await import('../adapters/kubernetes/connect-with-kubeconfig');
    return connectWithKubeconfig({ path: kubeconfig });
  }
  const { connectToCluster } = await import('../adapters/aws/cluster-access');
  return connectToCluster(clients, cluster);
}

/**
 * Reads who may do what. Reads only.
 *
 * @param filter one user, with what they ask for in vain and may leave behind; one namespace
 */
export async function readAccess(
  host: Host,
  clients: AwsClients,
  client: KubernetesClient,
  registration: AccessRegistration,
  { user, namespace }: { user?: string; namespace?: string } = {},
): Promise<AccessReport> {
  const { readBindings } = await import('../isolation/access-report');
  const { accessRows } = await import('../core/access/access-rows');
  const { readQuotas } = await import('../isolation/quotas');
  const { quotaFindings } = await import('../core/access/profile-quota');
  const { readLeftBehind } = await import('../isolation/left-behind');
  const { completeRules } = await import('../core/access/complete-rules');
  const { isUnused } = await import('../core/access/last-seen');
  const rules = completeRules(registration.configuration.access);
  const [bindings, directory, quotas] = await Promise.all([
    readBindings(client, namespace).catch((error: unknown) => refuseAccess(error, registration)),
    readPool(host, clients, registration),
    readQuotas(client).catch((error: unknown) => refuseAccess(error, registration)),
  ]);
  const entry = user === undefined ? undefined : directory?.access.get(userKey(user));
  const desired = entry?.desired;
  const rows = accessRows(bindings, directory, { user, namespace });
  const revoked =
    desired !== undefined &&
    desired.grants.length > 0 &&
    rows.every(({ source }) => source !== 'directory') &&
    isUnused(entry?.changedIn, rules.revoke_unused_after, new Date());
  return {
    deployment: registration.deployment.name,
    rows,
    profileOwner: rules.profile_owner,
    refused: [
      ...(revoked ? [{ message: noLogin(rules.revoke_unused_after) }] : []),
      ...(revoked ? [] : ungranted(desired, rows, namespace)),
      ...(desired?.refusals ?? []).filter(
        (refusal) => namespace === undefined || refusal.namespace === namespace,
      ),
      ...(namespace === undefined ? (desired?.ignored ?? []) : []).map(({ group, why }) => ({
        group,
        message: why,
      })),
    ].map(({ message, ...rest }) => ({ ...rest, message })),
    sharedEmails: [...(directory?.access.values() ?? [])]
      .filter(
        ({ identity, userNames }) =>
          userNames.length > 1 && (user === undefined || identity.key === userKey(user)),
      )
      .map(({ identity, userNames }) => ({ email: identity.email, userNames })),
    leftBehind:
      user === undefined
        ? []
        : await readLeftBehind(
            client,
            rows.filter(({ role }) => role !== 'view').map((row) => row.namespace),
          ),
    ...quotaFindings(
      quotas.filter(({ name }) => user === undefined && (namespace === undefined || name === namespace)),
      rules,
    ),
  };
}

const noLogin = (days: number) =>
  `there was no login for ${days} days (access.revoke_unused_after), so nothing is held; the next login gives it back`;

/** What the groups of a user ask for by the rules, and the cluster has not. */
function ungranted(
  desired: DesiredAccess | undefined,
  rows: AccessReport['rows'],
  only: string | undefined,
): AccessReport['refused'] {
  const granted = new Set(rows.map(({ namespace }) => namespace));
  return (desired?.grants ?? [])
    .filter(({ namespace }) => !granted.has(namespace) && (only === undefined || only === namespace))
    .map(({ namespace, because }) => ({
      group: because[0]?.group,
      namespace,
      message:
        `nothing in the cluster grants it: the namespace ${namespace} is there and no Profile's (delete it, or name ` +
        'another), or neither a login nor a re-sync has come since the directory says so',
    }));
}

/** The directory, for the reasons; a report without reasons is better than none. */
async function readPool(
  host: Host,
  clients: AwsClients,
  { identity, configuration }: AccessRegistration,
): Promise<DirectoryReading | undefined> {
  const { listPoolUsers } = await import('../adapters/aws/pool-users');
  const { completeRules } = await import('../core/access/complete-rules');
  const { readDirectory } = await import('../core/access/directory');
  const { createGroupMapper } = await import('../core/access/mapping');
  try {
    const users = await listPoolUsers(clients, identity.userPoolId);
    const rules = completeRules(configuration.access);
    return readDirectory(users, rules, createGroupMapper(rules));
  } catch (error) {
    host.err(`the users of the pool cannot be read, so reasons are left out: ${(error as Error).message}\n`);
    return undefined;
  }
}

async function refuseAccess(error: unknown, { deployment }: AccessRegistration): Promise<never> {
  const { isApiError } = await import('../adapters/kubernetes/api-error');
  if (isApiError(error, 401) || isApiError(error, 403)) {
    throw new CliError(
      `the cluster "${deployment.name}" does not let you read its bindings: ${error.message}`,
      exitCodes.access,
      'use a role that admin_role_arns names, or a kubeconfig that may read RoleBindings (--kubeconfig FILE)',
    );
  }
  throw error;
}
