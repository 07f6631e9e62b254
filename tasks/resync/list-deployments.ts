import { z } from 'zod';
import { describeExecution, isStillRunning } from '../../adapters/aws/executions';
import { listRegistrations } from '../../adapters/aws/registry';
import { readLock } from '../../adapters/aws/registry-lock';
import { defined } from '../../core/defined';
import { readEnvironment } from '../../core/environment';
import { UserError } from '../../core/errors';
import { knownDirectorySchema } from '../../core/configuration/identity-provider';
import { clusterAddressSchema } from '../../core/handover/cluster';
import { parseRegistration, type StoredRegistration } from '../../core/handover/registration';
import { defineTask, deploymentSchema } from '../support/task';

/** What a resync needs to know of one deployment. */
const targetSchema = z.object({
  deployment: deploymentSchema,
  userPoolId: z.string(),
  hostedZoneId: z.string(),
  kubeflowDomain: z.string(),
  authBaseDomain: z.string(),
  cognitoDomain: z.string(),
  /** Null where the release that registered the deployment kept no client. */
  clientId: z.string().nullable(),
  identityProvider: knownDirectorySchema.pick({ kind: true, host: true }),
  cluster: clusterAddressSchema,
  /** Version of Kubernetes whose end of support is told of; null where nothing is watched (`observability`). */
  watchedVersion: z.string().nullable(),
});

/** The row has the cluster as it was described. */
const versionSchema = z.object({ version: z.string().optional() });

/** A deployment whose registration cannot be read, as the workflow's result of it. */
const unreadableSchema = z.object({
  deployment: z.string(),
  status: z.literal('failed'),
  reason: z.string(),
});

/**
 * The registered deployments, or the one that is named. One that another execution works on is passed over: a resync
 * could make again what a destroy has just taken away, and a provisioning ends in the same state by itself. One whose
 * registration cannot be read fails by itself: the others are brought in line all the same.
 *
 * @throws UserError DeploymentMissing when the named one is not registered
 */
export const task = defineTask({
  name: 'list-deployments',
  input: z.object({ name: z.string().nullable() }),
  output: z.object({
    deployments: z.array(targetSchema),
    busy: z.array(z.string()),
    unreadable: z.array(unreadableSchema),
  }),
  async run({ name }, context) {
    const table = readEnvironment('registryTable', context.environment);
    const registered = await listRegistrations(context.clients, table);
    const chosen = name === null ? registered : registered.filter((it) => it.name === name);
    if (name !== null && chosen.length === 0) {
      const known = registered.map((it) => it.name).join(', ') || 'none';
      throw new UserError(
        'DeploymentMissing',
        `no deployment ${name} is registered here; registered: ${known}. Name one of these, or none for all.`,
      );
    }
    const busy: string[] = [];
    const deployments: z.infer<typeof targetSchema>[] = [];
    const unreadable: z.infer<typeof unreadableSchema>[] = [];
    for (const registration of chosen) {
      const lock = await readLock(context.clients, table, registration.name);
      const holder = lock && (await describeExecution(context.clients, lock.executionArn));
      if (holder && isStillRunning(holder.status)) {
        busy.push(registration.name);
        continue;
      }
      try {
        deployments.push(targetOf(registration));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const reason = `${error.name}: ${error.message}`;
        unreadable.push({ deployment: registration.name, status: 'failed', reason });
      }
    }
    if (busy.length > 0)
      context.logger.info('another execution works on these; they are passed over', { busy });
    return { deployments, busy, unreadable };
  },
});

export const handler = task.handler;

function targetOf(registration: StoredRegistration): z.infer<typeof targetSchema> {
  const { deployment, configuration, found, cluster, identity } = parseRegistration(
    registration,
    'deployment',
    'configuration',
    'found',
    'cluster',
    'identity',
  );
  const { version } = versionSchema.parse(cluster);
  return {
    deployment,
    userPoolId: identity.userPoolId,
    hostedZoneId: found.hostedZone.id,
    kubeflowDomain: configuration.kubeflow_domain,
    authBaseDomain: configuration.auth_base_domain,
    cognitoDomain: identity.cognitoDomain ?? configuration.cognito_domain,
    clientId: identity.clientId ?? null,
    identityProvider: {
      kind: configuration.identity_provider.kind,
      ...defined({ host: configuration.adfs_url }),
    },
    cluster,
    watchedVersion: configuration.observability === undefined ? null : (version ?? null),
  };
}
