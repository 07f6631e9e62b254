import { randomBytes } from 'node:crypto';
import { UserError } from '../../core/errors';
import { managedByLabel } from '../../core/naming';
import type { Kubectl } from '../kubernetes/kubectl';
import { describeObject } from '../kubernetes/objects';
import type { GeneratedSecret } from './overlay/generated-secrets';

/**
 * Makes the Secrets that are not there. What is there stays: the data in the volumes was written with it. The values
 * go to kubectl through its standard input and are kept nowhere else.
 *
 * @throws UserError `SecretMissing` when one is gone whose volume is there
 */
export async function ensureGeneratedSecrets(
  kubectl: Pick<Kubectl, 'get' | 'apply'>,
  secrets: readonly GeneratedSecret[],
): Promise<void> {
  const referenceOf = ({ name, namespace }: { name: string; namespace: string }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
  });
  const volumeOf = ({ volume, namespace }: GeneratedSecret) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: volume, namespace },
  });
  const there = await kubectl.get(secrets.flatMap((secret) => [referenceOf(secret), volumeOf(secret)]));
  const names = new Set(there.map(describeObject));
  const missing = secrets.filter((secret) => !names.has(describeObject(referenceOf(secret))));
  const locked = missing.find((secret) => names.has(describeObject(volumeOf(secret))));
  if (locked !== undefined) {
    throw new UserError(
      'SecretMissing',
      `the Secret ${locked.namespace}/${locked.name} is gone, and the data in the volume ${locked.volume} can be read ` +
        'with its values alone. Nothing of the component was applied. Restore the Secret; or, to begin with empty ' +
        'data, delete the PersistentVolumeClaim. Then retry this step.',
    );
  }
  await kubectl.apply(
    missing.map((secret) => ({
      ...referenceOf(secret),
      metadata: {
        ...referenceOf(secret).metadata,
        labels: { [managedByLabel.key]: managedByLabel.value },
      },
      type: 'Opaque',
      stringData: Object.fromEntries(
        Object.entries(secret.keys).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : randomBytes(value.randomBytes).toString('hex'),
        ]),
      ),
    })),
  );
}
