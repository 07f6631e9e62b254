import type { TimeUnitsType, UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { PoolKeys } from './keys';
import type { Pool, PoolUser } from './records';
import { readable, type TokenOverrides } from './trigger';

/** What a session's tokens have in common, from its login to its end. */
export interface Session {
  poolId: string;
  clientId: string;
  userName: string;
  scopes: readonly string[];
  nonce?: string | undefined;
  /** When the user logged in, in seconds. */
  authenticatedAt: number;
  originId: string;
  /** The groups of the user in the pool: a federated user is in the one of the provider. */
  poolGroups: readonly string[];
  providerName: string;
  /** As the directory names the user. */
  nameId: string;
}

export interface Tokens {
  id_token: string;
  access_token: string;
  expires_in: number;
  token_type: 'Bearer';
}

const secondsOf = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

/** Default units and values: an hour, an hour, 30 days (API reference, CreateUserPoolClient). */
const defaults = {
  IdToken: { value: 1, unit: 'hours' },
  AccessToken: { value: 1, unit: 'hours' },
  RefreshToken: { value: 30, unit: 'days' },
} as const;

/** How long a token of a client holds, in seconds. */
export function validity(client: UserPoolClientType, kind: keyof typeof defaults): number {
  const unit: TimeUnitsType = client.TokenValidityUnits?.[kind] ?? defaults[kind].unit;
  // Zero stands for the default.
  const configured = client[`${kind}Validity`];
  const value = configured === undefined || configured === 0 ? defaults[kind].value : configured;
  return value * secondsOf[unit];
}

/** A pool's issuer, as it stands in its tokens. */
export function issuerOf(poolId: string): string {
  const region = poolId.split('_')[0] ?? '';
  return `https://cognito-idp.${region}.amazonaws.com/${poolId}`;
}

/** About as long as Cognito's, which are encrypted: it decides how many cookies a session fills (assumed). */
export function newRefreshToken(): string {
  return randomBytes(1300).toString('base64url');
}

/**
 * The ID and access token of a session at a moment.
 *
 * @param now in milliseconds
 */
export async function issueTokens(
  keys: PoolKeys,
  {
    pool,
    client,
    user,
    session,
    overrides,
    now,
  }: {
    pool: Pool;
    client: UserPoolClientType;
    user: PoolUser;
    session: Session;
    overrides: TokenOverrides;
    now: number;
  },
): Promise<Tokens> {
  const iat = Math.floor(now / 1000);
  const accessSeconds = validity(client, 'AccessToken');
  const groups = overrides.groupOverrideDetails?.groupsToOverride ?? session.poolGroups;
  const common = {
    sub: user.attributes['sub'] ?? '',
    ...(groups.length > 0 && { 'cognito:groups': [...groups] }),
    iss: issuerOf(pool.id),
    origin_jti: session.originId,
    event_id: randomUUID(),
    auth_time: session.authenticatedAt,
    iat,
  };
  const access = {
    ...common,
    version: 2,
    client_id: client.ClientId,
    token_use: 'access',
    scope: session.scopes.join(' '),
    exp: iat + accessSeconds,
    jti: randomUUID(),
    username: user.name,
  };
  const access_token = await keys.sign(pool.id, changed(access, overrides.accessTokenGeneration));
  const id = {
    at_hash: createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url'),
    ...common,
    ...userClaims(readable(user.attributes, client.ReadAttributes), session.scopes),
    'cognito:username': user.name,
    ...(session.nonce !== undefined && { nonce: session.nonce }),
    identities: [
      {
        dateCreated: String(session.authenticatedAt * 1000),
        userId: session.nameId,
        providerName: session.providerName,
        providerType: 'SAML',
        issuer: null,
        primary: 'true',
      },
    ],
    aud: client.ClientId,
    token_use: 'id',
    exp: iat + validity(client, 'IdToken'),
    jti: randomUUID(),
  };
  return {
    id_token: await keys.sign(pool.id, changed(id, overrides.idTokenGeneration)),
    access_token,
    expires_in: accessSeconds,
    token_type: 'Bearer',
  };
}

const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** Attributes as claims: those of the scopes, all that can be read for `profile`, or where `openid` stands alone. */
function userClaims(
  attributes: Readonly<Record<string, string>>,
  scopes: readonly string[],
): Record<string, string | boolean> {
  const isAll = scopes.includes('profile') || scopes.every((scope) => scope === 'openid');
  const asked = new Set(scopes.flatMap((scope) => claimsOfScope[scope] ?? []));
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => name !== 'sub' && (isAll || asked.has(name)))
      .map(([name, value]) => [name, name.endsWith('_verified') ? value === 'true' : value]),
  );
}

/** Claims that the trigger may not touch. */
const fixedClaims = new Set([
  'iss',
  'aud',
  'exp',
  'iat',
  'sub',
  'token_use',
  'jti',
  'origin_jti',
  'event_id',
  'auth_time',
  'nonce',
  'at_hash',
  'identities',
  'cognito:username',
  'client_id',
  'username',
  'version',
]);

function changed(
  claims: Record<string, unknown>,
  changes: TokenOverrides['idTokenGeneration'],
): Record<string, unknown> {
  const free = (name: string): boolean => !fixedClaims.has(name);
  const added = Object.entries(changes?.claimsToAddOrOverride ?? {}).filter(([name]) => free(name));
  const gone = new Set((changes?.claimsToSuppress ?? []).filter(free));
  return Object.fromEntries(
    Object.entries({ ...claims, ...Object.fromEntries(added) }).filter(([name]) => !gone.has(name)),
  );
}
