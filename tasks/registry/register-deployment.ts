import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  readItem,
  registryKey,
  writeItem,
  type PoolRegistration,
  type RegistryKey,
} from '../../adapters/aws/registry';
import type { AwsClients } from '../../adapters/aws/clients';
import { foreignResource } from '../../adapters/aws/errors';
import { requireLock } from '../../adapters/aws/registry-lock';
import { registeredDatabase } from '../../core/configuration/database';
import { defined } from '../../core/defined';
import { readEnvironment } from '../../core/environment';
import { ConflictError } from '../../core/errors';
import { artifactIdentityOf } from '../../core/handover/artifact-identity';
import { registrationSchema, registrationVersion } from '../../core/handover/registration';
import { kubeflowOf } from '../../core/upgrades/software';
import { ensureAlarms, removeAlarms } from '../notifications/keep-alarms';
import { defineTask } from '../support/task';

/** A row of a deployment with alarms. */
const watchedRow = z.object({ configuration: z.object({ observability: z.looseObject({}) }) });

/**
 * Writes what the profile manager, resync and destroy work from: the deployment's registration and the pool's.
 * An item that is as it should be is not written again. The deployment stands now: its alarms are made, which would have
 * gone off before.
 *
 * @throws ConflictError `ResourceConflict` where the pool is registered for another deployment, or the cluster is another's
 */
export const task = defineTask({
  name: 'register-deployment',
  input: registrationSchema,
  output: z.object({ registered: z.literal(true) }),
  lock: requireLock,
  async run({ deployment, configuration, found, cluster, identity, ingress }, context) {
    // A deployment's cluster has its name: with another's, the users of this pool would be let into that.
    if (cluster.name !== deployment.name)
      throw foreignResource(`the cluster ${cluster.name}`, cluster.name, deployment.name);
    const table = readEnvironment('registryTable', context.environment);
    // Before the row that tells of them: as long as it has the former, a repeated step takes the former's away.
    if (configuration.observability !== undefined) {
      const certificateArns = (identity.certificates ?? []).map(({ arn }) => arn);
      const registered = {
        loadBalancerArn: ingress.loadBalancerArn ?? '',
        certificateArns,
        database: registeredDatabase(configuration),
      };
      await ensureAlarms(deployment, configuration.observability, registered, context);
    } else if (await wasWatched(context.clients, table, deployment.name)) {
      await removeAlarms(deployment, context);
    }
    const registration = {
      schemaVersion: registrationVersion,
      deployment,
      configuration,
      found,
      cluster,
      identity,
      ingress,
      // What the next provisioning goes up from.
      kubeflow: kubeflowOf(configuration['kubeflow']),
    };
    const pool: PoolRegistration = {
      deployment: deployment.name,
      cluster: {
        name: cluster.name,
        endpoint: cluster.endpoint,
        certificateAuthority: cluster.certificateAuthority,
        region: deployment.region,
      },
      rules: configuration.access,
      ...defined({ artifacts: artifactIdentityOf(configuration) }),
    };

    const ensure = async (what: string, key: RegistryKey, item: object): Promise<void> => {
      const current = await readItem(context.clients, table, key);
      if (isDeepStrictEqual(current, item)) return;
      const owner = current?.['deployment'];
      if (typeof owner === 'string' && owner !== deployment.name) {
        throw new ConflictError(
          'ResourceConflict',
          `${what} is registered for the deployment ${owner}; expected none or ${deployment.name}. Destroy ${owner} ` +
            'first, or let each deployment have its own user pool.',
        );
      }
      await context.mutate(
        { action: current === undefined ? 'create' : 'change', what: `registration of ${what}` },
        () => writeItem(context.clients, table, key, item),
      );
    };
    // The pool first: a deployment that is registered is one whose logins work.
    await ensure(`the user pool ${identity.userPoolId}`, registryKey.pool(identity.userPoolId), pool);
    await ensure(
      `the deployment ${deployment.name}`,
      registryKey.registration(deployment.name),
      registration,
    );
    return { registered: true as const };
  },
});

export const handler = task.handler;

/** Whether the row of before asks for alarms. Others ask nothing of CloudWatch. */
async function wasWatched(clients: AwsClients, table: string, deployment: string): Promise<boolean> {
  const row = await readItem(clients, table, registryKey.registration(deployment));
  return watchedRow.safeParse(row).success;
}
