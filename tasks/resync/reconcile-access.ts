import { z } from 'zod';
import { connectToCluster } from '../../adapters/aws/cluster-access';
import { onLivingPool } from '../../adapters/aws/cognito-user-pool';
import { findPoolUser, poolUserPages } from '../../adapters/aws/pool-users';
import { readPoolRegistration, registryKey, writeRecord } from '../../adapters/aws/registry';
import { readSecretVersion } from '../../adapters/aws/secrets-manager';
import type { AwsClients } from '../../adapters/aws/clients';
import type { ImagePull } from '../../isolation/namespace-objects';
import { reconcileAll } from '../../isolation/reconcile-all';
import { accessCluster } from '../../isolation/reconcile-user';
import { completeRules } from '../../core/access/complete-rules';
import { readEnvironment } from '../../core/environment';
import { UserError } from '../../core/errors';
import type { DirectoryUser } from '../../core/access/directory';
import { formOfGroups, parseGroups } from '../../core/access/groups';
import { giveArtifactIdentities } from './artifact-identities';
import type { TaskContext } from '../support/context';
import { defineTask, deploymentSchema } from '../support/task';

const count = z.int().min(0);

/** Counts alone: the result is kept in the execution's history, the table and an event. */
const summarySchema = z.object({
  directory: z.object({
    users: count,
    disabled: count,
    withoutIdentity: count,
    unreadable: count,
    sharedEmails: count,
  }),
  tenants: count,
  kept: count,
  created: count,
  repaired: count,
  removed: count,
  revokedIdentities: count,
  unusedIdentities: count,
  profilesMade: count,
  admitted: count,
  quotasGiven: count,
  namespaceObjects: count,
  unreadablePullSecrets: count,
  artifactIdentities: count,
  profilesWithoutQuota: count,
  refusals: z.record(z.string(), count),
  failures: z.record(z.string(), count),
  requests: z.object({ read: count, write: count }),
});

/**
 * Brings the access of all users of a deployment in line with the directory: what the profile manager does at a login,
 * for everybody, and for those who no longer log in.
 *
 * @throws UserError `DeploymentMissing` where the pool is not registered, `UserPoolMissing` where it is gone
 * @throws TransientError `ClusterUnreachable` where the cluster cannot be read; nothing has been changed then
 */
export const task = defineTask({
  name: 'reconcile-access',
  input: z.object({ deployment: deploymentSchema, userPoolId: z.string().min(1) }),
  output: summarySchema,
  async run({ deployment, userPoolId }, context) {
    const table = readEnvironment('registryTable', context.environment);
    const pool = await readPoolRegistration(context.clients, table, userPoolId);
    if (pool?.deployment !== deployment.name) {
      throw new UserError(
        'DeploymentMissing',
        `the user pool ${userPoolId} is not registered for the deployment ${deployment.name}; provision it (again) first.`,
      );
    }
    const client = connectToCluster(context.clients, pool.cluster);
    const directory = {
      pages: () => livingPages(context, userPoolId),
      find: (userName: string) => findPoolUser(context.clients, userPoolId, userName),
    };
    try {
      const rules = completeRules(pool.rules);
      const imagePull = await readImagePull(context.clients, rules.image_pull_secret_arn);
      if (imagePull === 'unreadable')
        context.logger.error(
          'the secret of access.image_pull_secret_arn is not there, or is no .dockerconfigjson',
        );
      const { artifacts } = pool;
      const summary = await reconcileAll(accessCluster(client), directory, rules, {
        imagePull,
        giveIdentities:
          artifacts &&
          ((namespaces) => giveArtifactIdentities(context.clients, pool.cluster.name, artifacts, namespaces)),
      });
      context.logger.info('access reconciled', { summary });
      // The last pass, for reports; a history is in the executions.
      const key = registryKey.access(deployment.name);
      const now = context.now();
      await writeRecord(context.clients, table, key, { ...summary, at: now.toISOString() }, now);
      return summary;
    } finally {
      client.close();
    }
  },
});

export const handler = task.handler;

/** What the Secrets of the Profiles are to hold; its value goes to the API server and nowhere else. */
async function readImagePull(
  clients: AwsClients,
  arn: string | undefined,
): Promise<ImagePull | 'unreadable' | undefined> {
  if (arn === undefined) return undefined;
  // Access must be brought in line whatever becomes of images.
  const secret = await readSecretVersion(clients, arn).catch(() => undefined);
  return secret !== undefined && isDockerConfig(secret.value) ? secret : 'unreadable';
}

/** What the API server takes as `kubernetes.io/dockerconfigjson`: an object, with `auths` as docker writes them. */
function isDockerConfig(text: string): boolean {
  try {
    const { auths } = JSON.parse(text) as { auths?: unknown };
    return typeof auths === 'object' && auths !== null;
  } catch {
    return false;
  }
}

/**
 * The pool's users, page by page; of how several groups are written, the observation.
 *
 * @throws UserError `UserPoolMissing` where the pool is gone
 */
async function* livingPages(
  context: TaskContext,
  userPoolId: string,
): AsyncGenerator<readonly DirectoryUser[]> {
  const pages = poolUserPages(context.clients, userPoolId);
  const seen = { lists: 0, readable: 0 };
  for (;;) {
    const next = await onLivingPool(context.clients, userPoolId, () => pages.next());
    if (next.done === true) break;
    for (const { groupsAttribute } of next.value) {
      if (formOfGroups(groupsAttribute) !== 'list') continue;
      seen.lists += 1;
      if (parseGroups(groupsAttribute).ok) seen.readable += 1;
    }
    yield next.value;
  }
  observeGroups(seen, context);
}

/** How several groups of a user are written; of people there are numbers alone. */
function observeGroups({ lists, readable }: { lists: number; readable: number }, context: TaskContext): void {
  if (lists === 0) {
    context.observe('groups-encoding', 'not-observed', 'nobody has several groups');
    return;
  }
  context.observe(
    'groups-encoding',
    readable === lists ? 'verified' : 'refuted',
    `${readable} lists that can be read, ${lists - readable} that cannot`,
  );
}
