import { randomUUID } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import { samlResponse } from './assertion';
import { runClaimRules } from './claim-rules';
import { dialectOf, type Dialect, type DirectorySettings } from './dialects';
import { postPage, refusedPage, signInPage } from './pages';
import type { People, Person } from './people';
import { cookieOf } from '../cookies';

/** What an administrator of ADFS has set up for a service: docs/adfs.md says how. */
export interface RelyingParty {
  /** The assertion consumer's address. */
  endpoint: string;
  /** In ADFS' claim rule language. */
  rules: string;
  /** Of the groups that a directory without rules is told to send. */
  groupPrefix?: string;
}

export interface AdfsOptions {
  host: string;
  /** ADFS, unless it plays another. */
  settings?: DirectorySettings | undefined;
  people: People;
  /** The certificate that signs, and the next one. */
  signing: readonly [SigningPair, SigningPair];
  /** The trust of an identifier, if there is one. */
  relyingParty: (identifier: string) => Promise<RelyingParty | undefined>;
  /** In milliseconds; the machine's clock by default. */
  now?: () => number;
}

/** As PEM. */
interface SigningPair {
  cert: string;
  key: string;
}

interface SignedIn {
  account: string;
  at: number;
}

/** Cookie of ADFS' single sign-on, and its life: WebSSOLifetime, 8 hours unless it is changed. */
const single = { cookie: 'MSISAuth', lifeMs: 8 * 3600 * 1000 } as const;

const signInPath = '/adfs/local/sign-in';

/** The address that signs a browser in as somebody and sends it on to `next`. */
export function signInAddress(host: string, account: string, next: string): string {
  return `https://${host}${signInPath}?${new URLSearchParams({ account, next }).toString()}`;
}

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', removeNSPrefix: true });

/** A request for a login by the HTTP-Redirect binding. */
interface AuthnRequest {
  id: string;
  issuer: string;
  endpoint: string | undefined;
  isForced: boolean;
}

/**
 * A SAML identity provider that plays ADFS over the people of a users file: metadata, a page to sign in on, a single
 * sign-on session, claim rules in ADFS' language, signed assertions, and a signing certificate that can be rolled. It can
 * play other directories as well, by their names, addresses and attributes.
 */
export class Adfs {
  private readonly sessions = new Map<string, SignedIn>();
  /** Every request for a login that came, with whether somebody had to sign in for it. */
  readonly requests: { issuer: string; account: string; asked: boolean }[] = [];
  /** How far its clock goes before the others', in milliseconds. */
  clockSkewMs = 0;
  private isRolled = false;

  private readonly dialect: Dialect;

  constructor(private readonly options: AdfsOptions) {
    this.dialect = dialectOf(options.host, options.settings);
  }

  /** From now on the next certificate signs, which the metadata has had all along. */
  rollSigningCertificate(): void {
    this.isRolled = true;
  }

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const { signing } = this.options;
    const { metadata, metadataPath, signOnPath } = this.dialect;
    if (url.pathname === metadataPath)
      return new Response(metadata(signing.map(({ cert }) => derOf(cert))), {
        headers: { 'content-type': 'application/samlmetadata+xml' },
      });
    if (url.pathname === signInPath) return this.signInAs(url.searchParams);
    const plain = (path: string): string => path.toLowerCase().replace(/\/$/, '');
    if (plain(url.pathname) !== plain(signOnPath)) return new Response(undefined, { status: 404 });
    return this.signOn(request, url);
  }

  /** Begins a single sign-on session without the page, and sends the browser on. No ADFS does that: nobody here has a password. */
  private signInAs(query: URLSearchParams): Response {
    const person = this.options.people.find(query.get('account') ?? '');
    const next = URL.parse(query.get('next') ?? '');
    if (person === undefined || next?.protocol !== 'https:') return new Response(undefined, { status: 404 });
    const id = randomUUID();
    this.sessions.set(id, { account: person.account, at: this.now() });
    return new Response(undefined, {
      status: 302,
      headers: { location: next.href, 'set-cookie': sessionCookie(id) },
    });
  }

  private async signOn(request: Request, url: URL): Promise<Response> {
    const asked = readRequest(url.searchParams.get('SAMLRequest') ?? '');
    if (asked === undefined) return refusedPage('MSIS7000: The sign in request is not a SAML request.');
    const party = await this.options.relyingParty(asked.issuer);
    if (party === undefined)
      return refusedPage(
        `MSIS3020: The relying party trust with identifier '${asked.issuer}' could not be located.`,
      );
    if (asked.endpoint !== undefined && asked.endpoint !== party.endpoint)
      return refusedPage(
        `MSIS3200: No AssertionConsumerService is configured that matches '${asked.endpoint}'.`,
      );
    const { people } = this.options;
    const relayState = url.searchParams.get('RelayState');
    if (request.method === 'POST') {
      const form = new URLSearchParams(await request.text());
      const name = form.get('choice') ?? form.get('UserName') ?? '';
      const person = people.find(name);
      if (person === undefined)
        return signInPage(
          people.all(),
          'Incorrect user ID or password. Type the correct user ID and password, and try again.',
        );
      const id = randomUUID();
      const signedIn = { account: person.account, at: this.now() };
      this.sessions.set(id, signedIn);
      this.requests.push({ issuer: asked.issuer, account: person.account, asked: true });
      return this.deliver(asked, party, person, signedIn, { id, relayState });
    }
    const id = cookieOf(request, single.cookie) ?? '';
    const signedIn = this.sessions.get(id);
    const person = signedIn && people.find(signedIn.account);
    const isOver = signedIn === undefined || signedIn.at + single.lifeMs < this.now();
    if (isOver || person === undefined || asked.isForced) return signInPage(people.all());
    this.requests.push({ issuer: asked.issuer, account: person.account, asked: false });
    return this.deliver(asked, party, person, signedIn, { id, relayState });
  }

  private deliver(
    asked: AuthnRequest,
    party: RelyingParty,
    person: Person,
    signedIn: SignedIn,
    { id, relayState }: { id: string; relayState: string | null },
  ): Response {
    const { people, signing } = this.options;
    const { issuer, attributes, claims } = this.dialect;
    const account = {
      type: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname',
      value: person.account,
      issuer: 'AD AUTHORITY',
    };
    const xml = samlResponse({
      issuer,
      attributes,
      audience: asked.issuer,
      recipient: party.endpoint,
      inResponseTo: asked.id,
      claims: claims?.(person, party.groupPrefix ?? '') ?? runClaimRules(party.rules, account, people.query),
      now: this.now(),
      signedInAt: signedIn.at,
      signing: signing[this.isRolled ? 1 : 0],
    });
    const fields = {
      SAMLResponse: Buffer.from(xml).toString('base64'),
      ...(relayState !== null && { RelayState: relayState }),
    };
    return postPage(party.endpoint, fields, sessionCookie(id));
  }

  private now(): number {
    return (this.options.now ?? Date.now)() + this.clockSkewMs;
  }
}

function readRequest(encoded: string): AuthnRequest | undefined {
  try {
    const xml = inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: 64 * 1024 }).toString(
      'utf8',
    );
    const { AuthnRequest: request } = parser.parse(xml) as { AuthnRequest?: Record<string, unknown> };
    if (request === undefined) return undefined;
    const { Issuer: issuer, '@AssertionConsumerServiceURL': endpoint } = request;
    return {
      id: String(request['@ID']),
      issuer:
        typeof issuer === 'object' && issuer !== null
          ? String((issuer as Record<string, unknown>)['#text'])
          : String(issuer),
      endpoint: typeof endpoint === 'string' ? endpoint : undefined,
      isForced: request['@ForceAuthn'] === 'true',
    };
  } catch {
    return undefined;
  }
}

const sessionCookie = (id: string): string =>
  `${single.cookie}=${id}; Path=/; Secure; HttpOnly; SameSite=None`;

/** Base64 of the DER form. */
function derOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, '');
}
