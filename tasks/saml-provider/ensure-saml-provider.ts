import { z } from 'zod';
import {
  createSamlProvider,
  describeProvider,
  updateSamlProvider,
} from '../../adapters/aws/cognito-provider';
import { requireLock } from '../../adapters/aws/registry-lock';
import { ConflictError, UserError } from '../../core/errors';
import { satisfies } from '../../core/differences';
import { unknownMetadataSchema, type unknownMetadata } from '../../core/handover/registered-configuration';
import { daysUntilExpiry, parseSamlMetadata, sameProvider } from '../../core/saml/saml-metadata';
import { completeIdentityProvider, knownDirectorySchema } from '../../core/configuration/identity-provider';
import { attributeMapping, directories } from '../../core/saml/directory-kinds';
import type { TaskContext } from '../support/context';
import { requirePlan } from '../support/require-plan';
import { requireOwnPool } from '../support/require-own-pool';
import { defineTask, deploymentSchema } from '../support/task';

const metadataSchema = z.union([
  z.object({ url: z.url({ protocol: /^https$/ }) }),
  z.object({ inline: z.string().min(1) }),
  unknownMetadataSchema,
]);
type Metadata = z.infer<typeof metadataSchema>;

/**
 * The SAML provider of a user pool. Sign-on and sign-out addresses are not set: Cognito takes them from the metadata. In a
 * plan by a deployment's name the text of metadata that was given inline is not known: only that it is one is compared.
 *
 * @throws UserError SamlMetadataUnusable when the metadata is not an identity provider's or has expired; before
 *   anything is changed, as far as it is given inline
 * @throws ConflictError ResourceConflict when a provider of another kind has the name, or for another's pool
 */
export const task = defineTask({
  name: 'ensure-saml-provider',
  input: z.object({
    deployment: deploymentSchema,
    userPoolId: z.string().min(1),
    samlMetadata: metadataSchema,
    identityProvider: knownDirectorySchema.default(completeIdentityProvider({})),
  }),
  output: z.object({ providerName: z.string() }),
  lock: requireLock,
  async run({ deployment, userPoolId, samlMetadata, identityProvider }, context) {
    const { clients } = context;
    const name = directories[identityProvider.kind].providerName;
    const mapping = attributeMapping(identityProvider.kind, identityProvider.claims);
    if (isUnknown(samlMetadata)) requirePlan('metadata whose text is not known', context);
    else if ('inline' in samlMetadata) requireUsable(samlMetadata.inline, identityProvider, context);
    await requireOwnPool(clients, userPoolId, deployment);

    const source = sourceOf(samlMetadata);
    // Cognito does not report every duplicate, so it is always looked first.
    const found = await describeProvider(clients, userPoolId, name);
    if (!found) {
      await context.mutate({ action: 'create', what: `SAML provider ${name} of ${userPoolId}` }, () =>
        createSamlProvider(clients, userPoolId, { name, details: source, attributeMapping: mapping }),
      );
      return { providerName: name };
    }
    if (found.type !== 'SAML') {
      throw new ConflictError(
        'ResourceConflict',
        `user pool ${userPoolId} has a provider ${name} of the kind ${found.type}, expected SAML. It was left alone. ` +
          'Delete it, then retry.',
      );
    }
    const drifted = [
      ...(sameSource(found.details, samlMetadata) ? [] : ['metadata']),
      ...(satisfies(found.attributeMapping, mapping) ? [] : ['attribute mapping']),
    ];
    if (drifted.length > 0) {
      const { MetadataURL: _url, MetadataFile: _file, ...options } = found.details;
      await context.mutate(
        { action: 'change', what: `SAML provider ${name} of ${userPoolId}: ${drifted.join(', ')}` },
        () =>
          updateSamlProvider(clients, userPoolId, {
            name,
            details: { ...options, ...source },
            attributeMapping: { ...found.attributeMapping, ...mapping },
          }),
      );
    }
    return { providerName: name };
  },
});

export const handler = task.handler;

function requireUsable(
  text: string,
  { kind, host }: z.infer<typeof knownDirectorySchema>,
  context: TaskContext,
): void {
  const metadata = parseSamlMetadata(text);
  const days = daysUntilExpiry(metadata, context.now());
  if (days < 0) {
    throw new UserError(
      'SamlMetadataUnusable',
      `every signing certificate in the SAML metadata has expired, the last one ${-days} days ago; nobody could log in. ` +
        `Export the metadata of ${host ?? directories[kind].title} again and put it in saml_metadata.`,
    );
  }
  // One service may have several names, so this is told and not refused.
  const signOn = URL.parse(metadata.singleSignOn)?.hostname;
  if (host !== undefined && signOn !== host.toLowerCase()) {
    const places = { host: signOn, adfsUrl: host };
    context.logger.warn('the SAML metadata sends users to another host than adfs_url', places);
  }
}

function isUnknown(metadata: Metadata): metadata is typeof unknownMetadata {
  return 'inline' in metadata && metadata.inline === true;
}

/** As Cognito takes it. Unknown metadata is in a plan alone, which sends nothing. */
function sourceOf(metadata: Metadata): Record<string, string> {
  if (isUnknown(metadata)) return {};
  return 'url' in metadata ? { MetadataURL: metadata.url } : { MetadataFile: metadata.inline };
}

/** Text that differs in layout alone is the same metadata: Cognito need not give it back to the letter. */
function sameSource(details: Readonly<Record<string, string>>, wanted: Metadata): boolean {
  if ('url' in wanted) return details['MetadataURL'] === wanted.url;
  const found = details['MetadataFile'];
  if (found === undefined || details['MetadataURL'] !== undefined) return false;
  if (isUnknown(wanted)) return true;
  if (found === wanted.inline) return true;
  try {
    return sameProvider(parseSamlMetadata(found), parseSamlMetadata(wanted.inline));
  } catch {
    return false;
  }
}
