import {
  DeleteOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import type { AwsClients } from './clients';

/**
 * ARN of IAM's OIDC provider for an issuer, or `undefined`. An ARN ends with the issuer without its scheme.
 *
 * @param issuer such as `https://oidc.eks.eu-central-1.amazonaws.com/id/0123`
 */
export async function findOidcProvider(clients: AwsClients, issuer: string): Promise<string | undefined> {
  const suffix = `:oidc-provider/${issuer.replace(/^https:\/\//, '')}`;
  const { OpenIDConnectProviderList: providers = [] } = await clients
    .get(IAMClient)
    .send(new ListOpenIDConnectProvidersCommand({}));
  return providers.map(({ Arn }) => Arn ?? '').find((arn) => arn.endsWith(suffix));
}

export async function deleteOidcProvider(clients: AwsClients, arn: string): Promise<void> {
  await clients
    .get(IAMClient)
    .send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
}
