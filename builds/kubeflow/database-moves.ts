import { UserError } from '../../core/errors';
import type { BuildConfiguration } from '../../core/configuration';
import { changes } from '../../core/configuration/changes';
import type { Kubectl } from '../kubernetes/kubectl';
import { describeObject, type ObjectReference } from '../kubernetes/objects';
import { databaseSecretNames, type StoringComponent } from './overlay/external-database';

const namespace = 'kubeflow';
const volumes: Readonly<Record<StoringComponent, string>> = {
  pipelines: 'mysql-pv-claim',
  katib: 'katib-mysql',
};

/**
 * Refuses to leave data behind, by what the cluster itself has: the preflight checks compare with the last provisioning that
 * ended well, and one that failed may have made databases that are in use.
 *
 * @throws UserError `ChangeRefused` where databases in the cluster have volumes, and `database` is new and does not say that their
 *   data was moved; or where they are in RDS, and `database` is gone
 */
export async function requireDataStays(
  kubectl: Pick<Kubectl, 'get'>,
  { database, kubeflow: { components } }: Pick<BuildConfiguration, 'database' | 'kubeflow'>,
): Promise<void> {
  const storing = (['pipelines', 'katib'] as const).filter((name) => components.includes(name));
  const reference = (kind: string, name: string): ObjectReference => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace },
  });
  const secretOf = (name: StoringComponent) => reference('Secret', databaseSecretNames[name]);
  const volumeOf = (name: StoringComponent) => reference('PersistentVolumeClaim', volumes[name]);
  const found = await kubectl.get(storing.flatMap((name) => [secretOf(name), volumeOf(name)]));
  const there = new Set(found.map(describeObject));
  const has = (object: ObjectReference): boolean => there.has(describeObject(object));
  const { parts } = changes.database;
  if (database === undefined) {
    const left = storing.filter((name) => has(secretOf(name)));
    if (left.length > 0) throw refused(left, 'their data is in RDS', parts?.['taken away']?.what);
    return;
  }
  const left = storing.filter((name) => has(volumeOf(name)) && !has(secretOf(name)));
  if (left.length > 0 && !database.data_moved)
    throw refused(left, 'their data is in the cluster', parts?.['added to a deployment']?.what);
}

function refused(components: readonly string[], where: string, why = ''): UserError {
  return new UserError(
    'ChangeRefused',
    `\`database\` cannot be changed so for ${components.join(' and ')}: ${where}. ${why} Nothing of Kubeflow was applied.`,
  );
}
