import { isAwsError } from '../../adapters/aws/errors';
import { parseDatabaseSecret, type DatabaseUser } from '../../core/database-access';
import { UserError } from '../../core/errors';
import { managedByLabel } from '../../core/naming';
import type { Kubectl } from '../kubernetes/kubectl';
import {
  databaseAnnotations,
  databaseSecretData,
  databaseSecretNames,
  type ExternalDatabase,
  type StoringComponent,
} from './overlay/external-database';
import type { ReadSecret } from './secret';

/**
 * Reads the database's user and checks that it can be used, as the login's secret is read: once before anything is applied, of which
 * the version's name alone is kept, and again when it is written.
 *
 * @throws UserError `DatabaseUnusable` when there is none, or something else, or it may not be read
 */
export async function readDatabaseUser(
  secretArn: string,
  read: ReadSecret,
): Promise<DatabaseUser & { version: string }> {
  const secret = await read().catch((error: unknown) => {
    if (isAwsError(error, 'AccessDeniedException'))
      throw unusable(
        secretArn,
        'it may not be read: is it encrypted with another key than aws/secretsmanager?',
      );
    throw error;
  });
  const user = parseDatabaseSecret(secret?.value);
  if (secret === undefined || 'problem' in user)
    throw unusable(secretArn, 'problem' in user ? user.problem : 'it is not there');
  return { ...user, version: secret.version };
}

/**
 * Puts the database's user into the cluster for a component, unless this version of it, for this database, is there. It is held in
 * memory only, and goes to kubectl through its standard input.
 *
 * @throws UserError `DatabaseUnusable`
 */
export async function ensureDatabaseSecret(
  kubectl: Pick<Kubectl, 'get' | 'apply'>,
  component: StoringComponent,
  database: ExternalDatabase & { secretVersion: string },
  wanted: { secretArn: string; read: ReadSecret },
): Promise<void> {
  const metadata = { name: databaseSecretNames[component], namespace: 'kubeflow' };
  const reference = { apiVersion: 'v1', kind: 'Secret', metadata };
  const [current] = await kubectl.get([reference]);
  const isCurrent = Object.entries(databaseAnnotations(database)).every(
    ([key, value]) => current?.metadata.annotations?.[key] === value,
  );
  if (isCurrent) return;
  const { version, ...user } = await readDatabaseUser(wanted.secretArn, wanted.read);
  await kubectl.apply([
    {
      ...reference,
      metadata: {
        ...metadata,
        labels: { [managedByLabel.key]: managedByLabel.value },
        annotations: databaseAnnotations({ ...database, secretVersion: version }),
      },
      type: 'Opaque',
      stringData: databaseSecretData(component, user, database),
    },
  ]);
}

function unusable(secretArn: string, why: string): UserError {
  return new UserError(
    'DatabaseUnusable',
    `the secret ${secretArn} of \`database\` cannot be used: ${why}. Nothing of Kubeflow was applied. Write it as ` +
      'docs/operate/databases.md says, then retry this step.',
  );
}
