import type { webcrypto } from 'node:crypto';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWK, type JWTPayload } from 'jose';

interface PoolKey {
  kid: string;
  privateKey: webcrypto.CryptoKey;
  publicKey: webcrypto.CryptoKey;
  jwk: JWK;
}

/** The keys with which pools sign their tokens: one for each, made when it is first needed. */
export class PoolKeys {
  private readonly keys = new Map<string, Promise<PoolKey>>();

  /** The set as `/.well-known/jwks.json` shows it. */
  async published(poolId: string): Promise<{ keys: JWK[] }> {
    return { keys: [(await this.of(poolId)).jwk] };
  }

  async sign(poolId: string, claims: JWTPayload): Promise<string> {
    const { kid, privateKey } = await this.of(poolId);
    return new SignJWT(claims).setProtectedHeader({ kid, alg: 'RS256' }).sign(privateKey);
  }

  /** @throws JOSEError for a token that this pool has not signed, or whose time is over at `at` */
  async verify(poolId: string, token: string, issuer: string, at: Date): Promise<JWTPayload> {
    const { publicKey } = await this.of(poolId);
    const { payload } = await jwtVerify(token, publicKey, {
      issuer,
      algorithms: ['RS256'],
      currentDate: at,
    });
    return payload;
  }

  private async of(poolId: string): Promise<PoolKey> {
    const known = this.keys.get(poolId) ?? makeKey();
    this.keys.set(poolId, known);
    return known;
  }
}

async function makeKey(): Promise<PoolKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const kid = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
  const jwk = { ...(await exportJWK(publicKey)), alg: 'RS256', kid, use: 'sig' };
  return { kid, privateKey, publicKey, jwk };
}
