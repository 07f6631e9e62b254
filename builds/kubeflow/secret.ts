import { z } from 'zod';
import { isAwsError } from '../../adapters/aws/errors';
import { UserError } from '../../core/errors';
import { managedByLabel } from '../../core/naming';
import type { Kubectl } from '../kubernetes/kubectl';
import type { KubernetesObject } from '../kubernetes/objects';
import { secretVersionAnnotation } from './overlay/login-proxy';

/** A value of Secrets Manager, with the name of its version. */
export interface VersionedSecret {
  value: string;
  version: string;
}

const secretSchema = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  cookieSecret: z.string().min(1),
});

const reference = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'oauth2-proxy', namespace: 'oauth2-proxy' },
};

/** Reads the current value of the secret; nothing where there is none. */
export type ReadSecret = () => Promise<VersionedSecret | undefined>;

/** What is in a secret that can be used. */
type ProxySecret = z.output<typeof secretSchema> & { version: string };

/**
 * Reads the client's secret and checks that it can be used. An installation does this before it applies anything, and
 * forgets the value until {@link ensureProxySecret} needs it.
 *
 * @throws UserError `SecretMissing` when Secrets Manager has none, or something else, or does not let us read it
 */
export async function readProxySecret(secretArn: string, read: ReadSecret): Promise<ProxySecret> {
  const secret = await read().catch((error: unknown) => {
    // The role may read secrets with the deployment's tag only: one that is gone has none.
    if (isAwsError(error, 'AccessDeniedException'))
      throw missing(secretArn, 'it is gone, or has lost its tags');
    throw error;
  });
  if (secret === undefined) throw missing(secretArn, 'it is not there or has no value');
  const parsed = secretSchema.safeParse(parse(secret.value));
  // The problems would quote what was found.
  if (!parsed.success)
    throw missing(secretArn, 'its value lacks one of the keys clientId, clientSecret and cookieSecret');
  return { ...parsed.data, version: secret.version };
}

/**
 * Puts the client's secret into the cluster, unless this version of it is there: only then is it read again. It is held
 * in memory only, and goes to kubectl through its standard input.
 *
 * @param version of the secret that is wanted
 * @throws UserError `SecretMissing`
 */
export async function ensureProxySecret(
  kubectl: Kubectl,
  wanted: { secretArn: string; version: string; read: ReadSecret },
): Promise<void> {
  const [current] = await kubectl.get([reference]);
  if (current?.metadata.annotations?.[secretVersionAnnotation] === wanted.version) return;
  const { clientId, clientSecret, cookieSecret, version } = await readProxySecret(
    wanted.secretArn,
    wanted.read,
  );
  const object: KubernetesObject = {
    ...reference,
    metadata: {
      ...reference.metadata,
      labels: { [managedByLabel.key]: managedByLabel.value },
      annotations: { [secretVersionAnnotation]: version },
    },
    type: 'Opaque',
    stringData: { 'client-id': clientId, 'client-secret': clientSecret, 'cookie-secret': cookieSecret },
  };
  await kubectl.apply([object]);
}

function missing(secretArn: string, why: string): UserError {
  return new UserError(
    'SecretMissing',
    `the secret ${secretArn} cannot be used: ${why}. Nothing of the login was applied. The step "Ensure app client" ` +
      'writes it: start a new execution with the same configuration.',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
