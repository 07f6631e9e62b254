import { z } from 'zod';
import { describeExecution, isStillRunning } from '../../adapters/aws/executions';
import { listRegistrations, type Registration } from '../../adapters/aws/registry';
import { readLock } from '../../adapters/aws/registry-lock';
import { readEnvironment } from '../../core/environment';
import { UserError } from '../../core/errors';
import { defineTask, deploymentSchema } from '../support/task';

/** What a resync needs to know of one deployment. */
const targetSchema = z.object({
  deployment: deploymentSchema,
  userPoolId: z.string(),
  hostedZoneId: z.string(),
  kubeflowDomain: z.string(),
  authBaseDomain: z.string(),
  adfsUrl: z.string(),
  cluster: z.object({ name: z.string(), endpoint: z.string(), certificateAuthority: z.string() }),
});

/** The parts of a registration that the targets are taken from. */
const registrationSchema = z.object({
  deployment: deploymentSchema,
  configuration: z.object({
    kubeflow_domain: z.string(),
    auth_base_domain: z.string(),
    adfs_url: z.string(),
  }),
  found: z.object({ hostedZone: z.object({ id: z.string() }) }),
  cluster: targetSchema.shape.cluster,
  identity: z.object({ userPoolId: z.string() }),
});

/**
 * The registered deployments, or the one that is named. One that another execution works on is passed over: a resync
 * could make again what a destroy has just taken away, and a provisioning ends in the same state by itself.
 *
 * @throws UserError DeploymentMissing when the named one is not registered
 */
export const task = defineTask({
  name: 'list-deployments',
  input: z.object({ name: z.string().nullable() }),
  output: z.object({ deployments: z.array(targetSchema), busy: z.array(z.string()) }),
  async run({ name }, context) {
    const table = readEnvironment('registryTable', context.environment);
    const registered = await listRegistrations(context.clients, table);
    const chosen = name === null ? registered : registered.filter((it) => it.deployment.name === name);
    if (name !== null && chosen.length === 0) {
      const known = registered.map((it) => it.deployment.name).join(', ') || 'none';
      throw new UserError(
        'DeploymentMissing',
        `no deployment ${name} is registered here; registered: ${known}. Name one of these, or none for all.`,
      );
    }
    const busy: string[] = [];
    const deployments: z.infer<typeof targetSchema>[] = [];
    for (const registration of chosen) {
      const lock = await readLock(context.clients, table, registration.deployment.name);
      const holder = lock && (await describeExecution(context.clients, lock.executionArn));
      if (holder && isStillRunning(holder.status)) busy.push(registration.deployment.name);
      else deployments.push(targetOf(registration));
    }
    if (busy.length > 0)
      context.logger.info('another execution works on these; they are passed over', { busy });
    return { deployments, busy };
  },
});

export const handler = task.handler;

function targetOf(registration: Registration): z.infer<typeof targetSchema> {
  const { deployment, configuration, found, cluster, identity } = registrationSchema.parse(registration);
  return {
    deployment,
    userPoolId: identity.userPoolId,
    hostedZoneId: found.hostedZone.id,
    kubeflowDomain: configuration.kubeflow_domain,
    authBaseDomain: configuration.auth_base_domain,
    adfsUrl: configuration.adfs_url,
    cluster,
  };
}
