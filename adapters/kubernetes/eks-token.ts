import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { defined } from '../../core/defined';
import { endpointDomainOf } from '../../core/partitions';

/** What an access key consists of; a session token where the credentials are temporary. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** For which cluster, and as whom. */
export interface EksTokenOptions {
  readonly clusterName: string;
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  /** The time; replaced in tests. */
  readonly now?: (() => Date) | undefined;
}

/** EKS accepts a token for 15 minutes after it was signed; a new one is made well before. */
const renewAfterMs = 10 * 60_000;

/**
 * Bearer tokens for an EKS cluster: a presigned STS GetCallerIdentity URL that is bound to the cluster by the signed
 * header `x-k8s-aws-id`. Kept for 10 of its 15 minutes, so that a warm function never shows an expired one.
 *
 * @returns a function that gives the current token; with `renew` a new one (after a 401)
 */
export function createEksToken(options: EksTokenOptions): (request?: { renew?: boolean }) => Promise<string> {
  const now = options.now ?? (() => new Date());
  let current: { readonly signedAt: number; readonly token: Promise<string> } | undefined;
  return (request = {}) => {
    const time = now();
    if (
      current === undefined ||
      request.renew === true ||
      time.getTime() - current.signedAt >= renewAfterMs
    ) {
      const token = signToken(options, time);
      const made = { signedAt: time.getTime(), token };
      current = made;
      token.catch(() => {
        if (current === made) current = undefined;
      });
    }
    return current.token;
  };
}

async function signToken(options: EksTokenOptions, signingDate: Date): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = await options.credentials();
  const signer = new SignatureV4({
    service: 'sts',
    region: options.region,
    credentials: { accessKeyId, secretAccessKey, ...defined({ sessionToken }) },
    sha256: Sha256,
  });
  // The token always names the real regional STS: the cluster refuses any other host.
  const hostname = `sts.${options.region}.${endpointDomainOf(options.region)}`;
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': options.clusterName },
    },
    // The URL itself is used at once by the cluster; 60 s is what aws-iam-authenticator asks for.
    {
      expiresIn: 60,
      signingDate,
      unsignableHeaders: new Set(),
      signableHeaders: new Set(['host', 'x-k8s-aws-id']),
    },
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(signed.query ?? {})) {
    if (typeof value === 'string') query.set(name, value);
  }
  const url = `https://${hostname}/?${query.toString()}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
