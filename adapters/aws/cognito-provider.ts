import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { UserError } from '../../core/errors';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeMeanwhile } from './unrepeated';

/** A SAML provider of a user pool. */
export interface SamlProvider {
  name: string;
  type: string;
  /** What Cognito calls provider details: where the metadata is from, and options. */
  details: Readonly<Record<string, string>>;
  /** Claim by user attribute. */
  attributeMapping: Readonly<Record<string, string>>;
}

/** Details that Cognito derives from the metadata; it tells them and takes none of them. */
const derivedDetails = new Set([
  'SLORedirectBindingURI',
  'SSORedirectBindingURI',
  'ActiveEncryptionCertificate',
]);

/** Describes a provider; `undefined` where the pool, or the provider in it, does not exist. */
export async function describeProvider(
  clients: AwsClients,
  userPoolId: string,
  name: string,
): Promise<SamlProvider | undefined> {
  try {
    const { IdentityProvider: found } = await clients
      .get(CognitoIdentityProviderClient)
      .send(new DescribeIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: name }));
    if (!found) return undefined;
    return {
      name,
      type: found.ProviderType ?? '',
      details: found.ProviderDetails ?? {},
      attributeMapping: found.AttributeMapping ?? {},
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/**
 * Makes a SAML provider. Cognito fetches metadata that is given by URL at once.
 *
 * @throws UserError SamlMetadataUnusable when Cognito cannot read the metadata
 * @throws TransientError AwsTransient where somebody made it since it was looked for
 */
export async function createSamlProvider(
  clients: AwsClients,
  userPoolId: string,
  provider: Omit<SamlProvider, 'type'>,
): Promise<void> {
  await explainingMetadata(() =>
    unlessMadeMeanwhile('DuplicateProviderException', () =>
      clients.get(CognitoIdentityProviderClient).send(
        new CreateIdentityProviderCommand({
          UserPoolId: userPoolId,
          ProviderName: provider.name,
          ProviderType: 'SAML',
          ProviderDetails: { ...provider.details },
          AttributeMapping: { ...provider.attributeMapping },
        }),
      ),
    ),
  );
}

/**
 * Replaces a provider's details and attribute mapping; what Cognito derives is left out.
 *
 * @throws UserError SamlMetadataUnusable when Cognito cannot read the metadata
 */
export async function updateSamlProvider(
  clients: AwsClients,
  userPoolId: string,
  provider: Omit<SamlProvider, 'type'>,
): Promise<void> {
  const details = Object.entries(provider.details).filter(([key]) => !derivedDetails.has(key));
  await explainingMetadata(() =>
    clients.get(CognitoIdentityProviderClient).send(
      new UpdateIdentityProviderCommand({
        UserPoolId: userPoolId,
        ProviderName: provider.name,
        ProviderDetails: Object.fromEntries(details),
        AttributeMapping: { ...provider.attributeMapping },
      }),
    ),
  );
}

/** Cognito has one exception for every refusal; one that speaks of the metadata is the configuration's fault. */
async function explainingMetadata<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, 'InvalidParameterException') && /metadata/i.test(error.message)) {
      throw new UserError(
        'SamlMetadataUnusable',
        `Cognito cannot use the SAML metadata: ${error.message}. Correct saml_metadata; a URL must be reachable ` +
          'from the internet over HTTPS with a publicly trusted certificate, else give the document inline.',
        { cause: error },
      );
    }
    throw error;
  }
}

/** Deletes a provider. Users who came through it stay in the pool. */
export async function deleteProvider(clients: AwsClients, userPoolId: string, name: string): Promise<void> {
  try {
    await clients
      .get(CognitoIdentityProviderClient)
      .send(new DeleteIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: name }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
}
