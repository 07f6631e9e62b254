import { createHmac, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { createScope, getCanonicalQuery, getPayloadHash, getSigningKey } from '@smithy/signature-v4';
import type { Credential, CredentialStore } from './credentials';
import { StsError } from './sts-error';

/** A request as it came in, whatever server received it. Header names in lower case. */
export interface SignedRequest {
  method: string;
  /** With its query: /?Action=… */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

interface SignatureParts {
  credential: string;
  signedHeaders: string;
  signature: string;
  /** yyyymmddThhmmssZ */
  date: string;
  sessionToken: string | undefined;
}

const algorithm = 'AWS4-HMAC-SHA256';
/** STS takes a signature for 15 minutes after its date, whatever X-Amz-Expires says. */
const validMs = 15 * 60_000;
/** How far ahead the caller's clock may be. */
const skewMs = 5 * 60_000;

/**
 * Verifies Signature Version 4, in the Authorization header or presigned in the query, by computing it again.
 *
 * @returns whose credentials signed it.
 * @throws StsError with the code that AWS answers.
 */
export async function verifySignature(
  request: SignedRequest,
  store: CredentialStore,
  now: Date,
): Promise<Credential> {
  const url = new URL(request.url, 'https://sts');
  const parts = presigned(url) ?? authorization(request);
  if (parts === undefined) {
    throw new StsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
  }
  const [accessKeyId = '', day = '', region = '', service = '', terminator = ''] =
    parts.credential.split('/');
  const credential = store.find(accessKeyId);
  if (credential === undefined || credential.sessionToken !== parts.sessionToken) {
    throw new StsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
  }
  if (service !== 'sts' || terminator !== 'aws4_request') {
    throw mismatch("Credential should be scoped to service: 'sts'.");
  }
  checkTime(parts.date, day, credential, now);
  const canonical = await canonicalRequest(request, url, parts.signedHeaders.split(';'));
  const toSign = [algorithm, parts.date, createScope(day, region, service), await hash(canonical)].join('\n');
  const key = await getSigningKey(Sha256, credential, day, region, service);
  const expected = createHmac('sha256', key).update(toSign).digest();
  const given = Buffer.from(parts.signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw mismatch('The request signature we calculated does not match the signature you provided.');
  }
  return credential;
}

function presigned(url: URL): SignatureParts | undefined {
  const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  if (query.get('x-amz-algorithm') !== algorithm) return undefined;
  return {
    credential: query.get('x-amz-credential') ?? '',
    signedHeaders: query.get('x-amz-signedheaders') ?? '',
    signature: query.get('x-amz-signature') ?? '',
    date: query.get('x-amz-date') ?? '',
    sessionToken: query.get('x-amz-security-token'),
  };
}

function authorization({ headers }: SignedRequest): SignatureParts | undefined {
  const header = single(headers['authorization']);
  const match = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(header ?? '');
  if (match?.[1] === undefined) return undefined;
  const fields = new Map(
    match[1].split(',').map((field) => {
      const [name = '', value = ''] = field.trim().split('=', 2);
      return [name, value];
    }),
  );
  return {
    credential: fields.get('Credential') ?? '',
    signedHeaders: fields.get('SignedHeaders') ?? '',
    signature: fields.get('Signature') ?? '',
    date: single(headers['x-amz-date']) ?? '',
    sessionToken: single(headers['x-amz-security-token']),
  };
}

function checkTime(date: string, day: string, credential: Credential, now: Date): void {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (!match || !date.startsWith(day))
    throw mismatch('Date in Credential scope does not match the date of the request.');
  const [, year, month, dayOfMonth, hour, minute, second] = match.map(Number) as [number, ...number[]];
  const signed = Date.UTC(year ?? 0, (month ?? 1) - 1, dayOfMonth, hour, minute, second);
  if (now.getTime() > signed + validMs) throw mismatch(`Signature expired: ${date}`);
  if (now.getTime() < signed - skewMs) throw mismatch(`Signature not yet current: ${date}`);
  if (credential.expiration !== undefined && now > credential.expiration) {
    throw new StsError('ExpiredToken', 403, 'The security token included in the request is expired');
  }
}

async function canonicalRequest(request: SignedRequest, url: URL, signedHeaders: string[]): Promise<string> {
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) (query[name] ??= []).push(value);
  delete query['X-Amz-Signature'];
  const parts = {
    method: request.method,
    protocol: 'https:',
    hostname: 'sts',
    path: url.pathname,
    query,
    headers: {},
    body: request.body,
  };
  const headers = signedHeaders.map((name) => `${name}:${headerValue(request, name)}\n`).join('');
  return [
    request.method,
    url.pathname,
    getCanonicalQuery(parts),
    headers,
    signedHeaders.join(';'),
    await getPayloadHash(parts, Sha256),
  ].join('\n');
}

function headerValue({ headers }: SignedRequest, name: string): string {
  const value = headers[name];
  // A header that was signed and has not arrived makes another signature.
  return (Array.isArray(value) ? value : [value ?? ''])
    .map((one) => one.trim().replace(/\s+/g, ' '))
    .join(',');
}

async function hash(text: string): Promise<string> {
  const sha = new Sha256();
  sha.update(text);
  return Buffer.from(await sha.digest()).toString('hex');
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function mismatch(message: string): StsError {
  return new StsError('SignatureDoesNotMatch', 403, message);
}
