import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolDomainCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Site, SiteResponse } from './network';

/**
 * Cognito's login domain, as far as the region needs it: `/oauth2/authorize` answers only for a client of the pool
 * and a redirect address that the client allows, as the real one does.
 */
export function cognitoSite(cognito: CognitoIdentityProviderClient): Site {
  return {
    name: 'Cognito (stand-in)',
    serve: async ({ host, url }) => {
      if (url.pathname !== '/oauth2/authorize') return { status: 404 };
      const { DomainDescription: domain } = await cognito.send(
        new DescribeUserPoolDomainCommand({ Domain: host }),
      );
      if (domain?.UserPoolId === undefined) return { status: 404, body: 'no user pool has this domain' };
      const problem = await problemOf(cognito, domain.UserPoolId, url.searchParams);
      return problem === undefined
        ? { status: 302, headers: { location: `https://${host}/login?${url.searchParams.toString()}` } }
        : errorPage(problem);
    },
  };
}

async function problemOf(
  cognito: CognitoIdentityProviderClient,
  userPoolId: string,
  query: URLSearchParams,
): Promise<string | undefined> {
  try {
    const { UserPoolClient: client } = await cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: query.get('client_id') ?? '' }),
    );
    if (client?.CallbackURLs?.includes(query.get('redirect_uri') ?? '') !== true) return 'redirect_mismatch';
    const provider = query.get('identity_provider');
    if (provider !== null && client.SupportedIdentityProviders?.includes(provider) !== true)
      return 'the client does not support this identity provider';
    const allowed = new Set(client.AllowedOAuthScopes ?? []);
    const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
    return scopes.every((scope) => allowed.has(scope)) ? undefined : 'invalid_scope';
  } catch {
    return 'unauthorized_client';
  }
}

function errorPage(problem: string): SiteResponse {
  return { status: 400, headers: { 'content-type': 'text/plain' }, body: problem };
}
