import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import type { Pool, Records } from './records';

/** A request for a login that Cognito takes. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  state: string | undefined;
  nonce: string | undefined;
  scopes: readonly string[];
  /** Of PKCE, method S256. */
  codeChallenge: string | undefined;
  /** The provider that was asked for. */
  providerName: string | undefined;
}

/**
 * What is wrong with a request: shown on Cognito's own page where the address to return to cannot be trusted, else told
 * to whoever asked, at that address (developer guide, "The redirect and authorization endpoint").
 */
export type Refusal = { page: string } | { error: string; description?: string };

export type Checked =
  | { request: AuthorizationRequest; client: UserPoolClientType }
  | { refusal: Refusal; query: URLSearchParams };

/** Holds a request for a login against the client that the workflow made. */
export async function checkAuthorization(
  records: Records,
  pool: Pool,
  query: URLSearchParams,
): Promise<Checked> {
  const refuse = (refusal: Refusal): Checked => ({ refusal, query });
  const clientId = query.get('client_id') ?? '';
  const client = clientId === '' ? undefined : await records.client(pool, clientId);
  if (client === undefined) return refuse({ page: 'unauthorized_client' });
  const redirectUri = query.get('redirect_uri') ?? client.DefaultRedirectURI ?? '';
  if (client.CallbackURLs?.includes(redirectUri) !== true) return refuse({ page: 'redirect_mismatch' });
  if (query.get('response_type') !== 'code')
    return refuse({ error: 'unsupported_response_type', description: 'invalid response_type' });
  if (client.AllowedOAuthFlowsUserPoolClient !== true || client.AllowedOAuthFlows?.includes('code') !== true)
    return refuse({ error: 'unauthorized_client' });
  const allowed = client.AllowedOAuthScopes ?? [];
  const scopes = (query.get('scope') ?? '').split(/[ +]/).filter((scope) => scope !== '');
  if (!scopes.every((scope) => allowed.includes(scope))) return refuse({ error: 'invalid_scope' });
  const method = query.get('code_challenge_method');
  const codeChallenge = query.get('code_challenge') ?? undefined;
  if ((codeChallenge !== undefined || method !== null) && (method !== 'S256' || codeChallenge === undefined))
    return refuse({ error: 'invalid_request', description: 'invalid code_challenge_method' });
  const providerName = query.get('identity_provider') ?? undefined;
  // Assumed: what the real one answers is not documented.
  if (providerName !== undefined && client.SupportedIdentityProviders?.includes(providerName) !== true)
    return refuse({ page: 'Login pages unavailable: the client does not support this identity provider' });
  const state = query.get('state') ?? undefined;
  const nonce = query.get('nonce') ?? undefined;
  const request = {
    clientId,
    redirectUri,
    state,
    nonce,
    scopes: scopes.length === 0 ? allowed : scopes,
    codeChallenge,
    providerName,
  };
  return { request, client };
}

/** The address that an outcome is told at. */
export function returnAddress(
  { redirectUri, state }: { redirectUri: string; state: string | undefined },
  outcome: Readonly<Record<string, string>>,
): URL {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set('state', state);
  return url;
}
