import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  readItem,
  registryKey,
  writeItem,
  type PoolRegistration,
  type RegistryKey,
} from '../../adapters/aws/registry';
import { foreignResource } from '../../adapters/aws/errors';
import { requireLock } from '../../adapters/aws/registry-lock';
import { readEnvironment } from '../../core/environment';
import { ConflictError } from '../../core/errors';
import { registrationSchema, registrationVersion } from '../../core/handover/registration';
import { defineTask } from '../support/task';

/**
 * Writes what the profile manager, resync and destroy work from: the deployment's registration and the pool's.
 * An item that is as it should be is not written again.
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
    const registration = {
      schemaVersion: registrationVersion,
      deployment,
      configuration,
      found,
      cluster,
      identity,
      ingress,
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
