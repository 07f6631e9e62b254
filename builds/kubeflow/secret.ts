import { z } from 'zod';
import { UserError } from '../../core/errors';
import { managedByLabel } from '../../core/naming';
import type { Kubectl } from './kubectl';
import type { KubernetesObject } from './objects';
import { secretVersionAnnotation } from './overlay/login';

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

/**
 * Puts the client's secret into the cluster, unless this version of it is there. It is held in memory only, and goes
 * to kubectl through its standard input.
 *
 * @throws UserError `SecretMissing` when Secrets Manager has none, or something else
 */
export async function ensureProxySecret(
  kubectl: Kubectl,
  secretArn: string,
  secret: VersionedSecret | undefined,
): Promise<void> {
  if (secret === undefined) throw missing(secretArn, 'it has no value');
  const [current] = await kubectl.get([reference]);
  if (current?.metadata.annotations?.[secretVersionAnnotation] === secret.version) return;
  const parsed = secretSchema.safeParse(parse(secret.value));
  // The problems would quote what was found.
  if (!parsed.success)
    throw missing(secretArn, 'its value has not the keys clientId, clientSecret and cookieSecret');
  const { clientId, clientSecret, cookieSecret } = parsed.data;
  const object: KubernetesObject = {
    ...reference,
    metadata: {
      ...reference.metadata,
      labels: { [managedByLabel.key]: managedByLabel.value },
      annotations: { [secretVersionAnnotation]: secret.version },
    },
    type: 'Opaque',
    stringData: { 'client-id': clientId, 'client-secret': clientSecret, 'cookie-secret': cookieSecret },
  };
  await kubectl.apply([object]);
}

function missing(secretArn: string, why: string): UserError {
  return new UserError(
    'SecretMissing',
    `the secret ${secretArn} cannot be used: ${why}. The step "Ensure app client" writes it: start a new execution.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
