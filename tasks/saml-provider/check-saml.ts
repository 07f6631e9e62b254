import { z } from 'zod';
import { describeProvider } from '../../adapters/aws/cognito-provider';
import { onLivingPool } from '../../adapters/aws/cognito-user-pool';
import { TransientError, UserError } from '../../core/errors';
import { daysUntilExpiry, parseSamlMetadata, type SamlMetadata } from '../../core/saml/saml-metadata';
import { adfsMetadataUrl } from '../../core/configuration/defaults';
import { knownDirectorySchema } from '../../core/configuration/identity-provider';
import { directories } from '../../core/saml/directory-kinds';
import { defineTask, deploymentSchema } from '../support/task';

const statuses = ['valid', 'expiring', 'expired', 'rolled-over'] as const;

/** Warned of that many days before; a new certificate has to pass through an administrator's hands. */
const warningDays = 30;
const requestTimeout = 10_000;
const millisecondsPerDay = 86_400_000;

/**
 * Looks whether logins will go on working: until when the identity provider's signing certificates are valid, and, for
 * metadata that was given as a document, whether the provider signs with others by now. Changes nothing: metadata
 * by URL Cognito refreshes itself about every six hours, a document can only be replaced by its owner.
 *
 * `rolled-over`: the provider publishes no certificate that the stored document has. Found only for an ADFS
 * whose host is known and answers; a document is given where Cognito cannot reach the provider, and then often we cannot either.
 *
 * @throws TransientError DirectoryUnreachable when the metadata's URL does not answer
 * @throws UserError SamlMetadataUnusable, UserPoolMissing
 */
export const task = defineTask({
  name: 'check-saml',
  input: z.object({
    deployment: deploymentSchema,
    userPoolId: z.string().min(1),
    identityProvider: knownDirectorySchema.pick({ kind: true, host: true }).default({ kind: 'adfs' }),
  }),
  output: z.object({
    providerName: z.string(),
    source: z.enum(['url', 'inline']),
    status: z.enum(statuses),
    /** Until the last signing certificate expires; negative afterwards. */
    daysLeft: z.number().int(),
    certificates: z.array(
      z.object({ fingerprint: z.string(), notAfter: z.string(), daysLeft: z.number().int() }),
    ),
  }),
  async run({ userPoolId, identityProvider: { kind, host } }, context) {
    const name = directories[kind].providerName;
    const provider = await onLivingPool(context.clients, userPoolId, () =>
      describeProvider(context.clients, userPoolId, name),
    );
    if (!provider) {
      throw new UserError(
        'UserPoolMissing',
        `there is no SAML provider ${name} in user pool ${userPoolId}; nobody can log in. Start a provisioning with the ` +
          "deployment's configuration, which makes it.",
      );
    }
    const url = provider.details['MetadataURL'];
    const metadata = parseSamlMetadata(
      url === undefined ? (provider.details['MetadataFile'] ?? '') : await readMetadata(url),
    );
    const now = context.now();
    const daysLeft = daysUntilExpiry(metadata, now);
    const rolledOver = url === undefined && host !== undefined && (await signsWithOthers(metadata, host));
    const status = statusOf(daysLeft, rolledOver);
    if (status !== 'valid') context.logger.warn('the SAML metadata needs attention', { status, daysLeft });
    return {
      providerName: name,
      source: url === undefined ? ('inline' as const) : ('url' as const),
      status,
      daysLeft,
      certificates: metadata.signingCertificates.map(({ fingerprint, notAfter }) => ({
        fingerprint,
        notAfter: notAfter.toISOString(),
        daysLeft: Math.floor((notAfter.getTime() - now.getTime()) / millisecondsPerDay),
      })),
    };
  },
});

export const handler = task.handler;

function statusOf(daysLeft: number, rolledOver: boolean): (typeof statuses)[number] {
  if (daysLeft < 0) return 'expired';
  if (rolledOver) return 'rolled-over';
  return daysLeft < warningDays ? 'expiring' : 'valid';
}

async function readMetadata(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(requestTimeout) });
    if (response.ok) return await response.text();
  } catch (cause) {
    throw unreachable(url, (cause as Error).message, { cause });
  }
  throw unreachable(url, `status ${response.status}`);
}

function unreachable(url: string, reason: string, options?: ErrorOptions): TransientError {
  return new TransientError(
    'DirectoryUnreachable',
    `the identity provider's metadata at ${url} cannot be read (${reason}). See that the directory answers from the internet.`,
    options,
  );
}

async function signsWithOthers(stored: SamlMetadata, host: string): Promise<boolean> {
  try {
    const published = parseSamlMetadata(await readMetadata(adfsMetadataUrl(host)));
    const known = new Set(stored.signingCertificates.map(({ fingerprint }) => fingerprint));
    return !published.signingCertificates.some(({ fingerprint }) => known.has(fingerprint));
  } catch {
    return false;
  }
}
