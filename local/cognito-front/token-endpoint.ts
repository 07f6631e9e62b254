import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { PoolKeys } from './keys';
import { json } from './responses';
import type { Pool, Records } from './records';
import type { SignIn } from './sign-in';
import { issueTokens, newRefreshToken, validity, type Session } from './tokens';
import { askTrigger, TriggerFailed, type InvokeTrigger } from './trigger';

export interface TokenEndpointOptions {
  records: Records;
  keys: PoolKeys;
  signIn: SignIn;
  invoke: InvokeTrigger;
  /** In milliseconds. */
  now: () => number;
}

/** `/oauth2/token` and `/oauth2/revoke`. */
export class TokenEndpoint {
  private readonly refreshTokens = new Map<string, { session: Session; expiresAt: number }>();

  constructor(private readonly options: TokenEndpointOptions) {}

  async exchange(pool: Pool, form: URLSearchParams, authorization: string | null): Promise<Response> {
    const client = await this.authenticate(pool, form, authorization);
    if (client === undefined) return json(400, { error: 'invalid_client' });
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return this.byCode(pool, client, form);
      case 'refresh_token':
        return this.byRefresh(pool, client, form);
      case null:
        return json(400, { error: 'invalid_request' });
      default:
        return json(400, { error: 'unsupported_grant_type' });
    }
  }

  async revoke(pool: Pool, form: URLSearchParams, authorization: string | null): Promise<Response> {
    const client = await this.authenticate(pool, form, authorization);
    if (client === undefined) return json(400, { error: 'invalid_client' });
    this.refreshTokens.delete(form.get('token') ?? '');
    return new Response(undefined, { status: 200 });
  }

  private async byCode(pool: Pool, client: UserPoolClientType, form: URLSearchParams): Promise<Response> {
    const { records, keys, signIn, now } = this.options;
    const grant = signIn.redeem(form.get('code') ?? '');
    const invalid = json(400, { error: 'invalid_grant' });
    if (grant === undefined || grant.session.poolId !== pool.id) return invalid;
    const { request, session, overrides } = grant;
    if (request.clientId !== client.ClientId || request.redirectUri !== form.get('redirect_uri'))
      return invalid;
    if (!isVerifier(request.codeChallenge, form.get('code_verifier'))) return invalid;
    const user = await records.user(pool, session.userName);
    if (user === undefined) return invalid;
    const tokens = await issueTokens(keys, { pool, client, user, session, overrides, now: now() });
    const refresh_token = newRefreshToken();
    const expiresAt = now() + validity(client, 'RefreshToken') * 1000;
    this.refreshTokens.set(refresh_token, { session, expiresAt });
    return json(200, { ...tokens, refresh_token });
  }

  /** A refresh asks the trigger with what the pool knows; the directory hears nothing of it. */
  private async byRefresh(pool: Pool, client: UserPoolClientType, form: URLSearchParams): Promise<Response> {
    const { records, keys, invoke, now } = this.options;
    const known = this.refreshTokens.get(form.get('refresh_token') ?? '');
    const { session } = known ?? {};
    if (known === undefined || session?.poolId !== pool.id || session.clientId !== client.ClientId)
      return json(400, { error: 'invalid_grant', error_description: 'Invalid Refresh Token' });
    if (known.expiresAt < now())
      return json(400, { error: 'invalid_grant', error_description: 'Refresh Token has expired' });
    const user = await records.user(pool, session.userName);
    if (user?.enabled !== true)
      return json(400, { error: 'invalid_grant', error_description: 'User is disabled.' });
    try {
      const { scopes, poolGroups: groups } = session;
      const overrides = await askTrigger(
        { source: 'TokenGeneration_RefreshTokens', pool, client, user, scopes, groups },
        invoke,
      );
      return json(200, await issueTokens(keys, { pool, client, user, session, overrides, now: now() }));
    } catch (error) {
      // The name of the error is assumed.
      if (error instanceof TriggerFailed)
        return json(400, { error: 'invalid_grant', error_description: error.message });
      throw error;
    }
  }

  private async authenticate(
    pool: Pool,
    form: URLSearchParams,
    authorization: string | null,
  ): Promise<UserPoolClientType | undefined> {
    const [, basic = ''] = /^Basic (.+)$/i.exec(authorization ?? '') ?? [];
    const [, basicId = '', basicSecret = ''] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
    const id = basic === '' ? (form.get('client_id') ?? '') : decodeURIComponent(basicId);
    const secret = basic === '' ? (form.get('client_secret') ?? '') : decodeURIComponent(basicSecret);
    const client = id === '' ? undefined : await this.options.records.client(pool, id);
    const isRight = client !== undefined && equal(client.ClientSecret ?? '', secret);
    return isRight ? client : undefined;
  }
}

function equal(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function isVerifier(challenge: string | undefined, verifier: string | null): boolean {
  if (challenge === undefined) return true;
  return verifier !== null && createHash('sha256').update(verifier).digest('base64url') === challenge;
}
