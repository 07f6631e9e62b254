import {
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { eksctlClusterTag } from '../../core/naming';
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

/**
 * ARNs of the OIDC providers that eksctl made for clusters of a name in a region: for a cluster that is gone and does not
 * tell its issuer any more.
 */
export async function findOidcProvidersOf(
  clients: AwsClients,
  { name, region }: { name: string; region: string },
): Promise<string[]> {
  const client = clients.get(IAMClient);
  const { OpenIDConnectProviderList: providers = [] } = await client.send(
    new ListOpenIDConnectProvidersCommand({}),
  );
  const found: string[] = [];
  for (const { Arn: arn = '' } of providers) {
    if (!arn.includes(`:oidc-provider/oidc.eks.${region}.`)) continue;
    const { Tags: tags = [] } = await client.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
    );
    if (tags.some(({ Key, Value }) => Key === eksctlClusterTag && Value === name)) found.push(arn);
  }
  return found;
}

export async function deleteOidcProvider(clients: AwsClients, arn: string): Promise<void> {
  await clients
    .get(IAMClient)
    .send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
}
