import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { randomUUID } from 'node:crypto';
import { UnusableAssertion } from './attributes';
import { checkAuthorization, returnAddress, type Checked } from './authorization';
import { PoolKeys } from './keys';
import { errorPage, json, page, redirect } from './responses';
import { Records, type Pool } from './records';
import { ServiceProvider } from './saml';
import { SignIn } from './sign-in';
import { TokenEndpoint } from './token-endpoint';
import { issuerOf, type Session } from './tokens';
import { readable, TriggerFailed, type InvokeTrigger } from './trigger';
import { escapeMarkup } from '../markup';
import { cookieOf } from '../cookies';

export interface CognitoFrontOptions {
  /** Reads what the workflows made; writes users. */
  cognito: CognitoIdentityProviderClient;
  invoke: InvokeTrigger;
  /** Reads SAML metadata that a provider has by its address. */
  fetchText: (url: string) => Promise<string>;
  /** In milliseconds; the machine's clock by default. */
  now?: () => number;
}

/** Cookie of Cognito's own session, and how long that lasts (developer guide, managed login: one hour). */
const session = { cookie: 'cognito', lifeMs: 3600 * 1000 } as const;

type Handler = (pool: Pool, request: Request, url: URL) => Promise<Response>;

/**
 * What Cognito shows to browsers and clients: the pages and endpoints at a pool's domain, and its OpenID configuration and
 * keys. No emulator of Cognito has them. It asks the control plane (moto) for everything that a workflow decides.
 */
export class CognitoFront {
  private readonly records: Records;
  /** With which pools sign; for tests of what a pool would sign. */
  readonly keys = new PoolKeys();
  private readonly signIn: SignIn;
  private readonly tokens: TokenEndpoint;
  private readonly sessions = new Map<string, { session: Session; expiresAt: number }>();
  private readonly now: () => number;
  /** How far its clock goes before the others', in milliseconds: tokens of the past are expired. */
  clockSkewMs = 0;

  constructor(options: CognitoFrontOptions) {
    this.now = () => (options.now ?? Date.now)() + this.clockSkewMs;
    this.records = new Records(options.cognito);
    const { records, keys, now } = this;
    const { invoke, fetchText } = options;
    const serviceProvider = new ServiceProvider({ fetchText, now });
    this.signIn = new SignIn({ records, serviceProvider, invoke, now });
    this.tokens = new TokenEndpoint({ records, keys, signIn: this.signIn, invoke, now });
  }

  /** Answers at a pool's domain. */
  async atDomain(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const pool = await this.records.poolAt(url.hostname);
    if (pool === undefined) return page(404, 'Not found', '<p>No user pool has this domain.</p>');
    const handler = this.routes[`${request.method} ${url.pathname}`];
    return handler === undefined ? page(404, 'Not found', '') : handler(pool, request, url);
  }

  /** Answers at `cognito-idp.REGION.amazonaws.com`: the documents of a pool that everybody may read. */
  async atIssuer(request: Request): Promise<Response> {
    const [, poolId = '', document = ''] =
      /^\/([\w-]+)\/\.well-known\/([\w.-]+)$/.exec(new URL(request.url).pathname) ?? [];
    const pool = poolId === '' ? undefined : await this.records.pool(poolId);
    if (pool === undefined) return json(404, { message: `User pool ${poolId} does not exist.` });
    if (document === 'jwks.json') return json(200, await this.keys.published(poolId));
    return document === 'openid-configuration' ? json(200, configurationOf(pool)) : json(404, {});
  }

  private readonly routes: Readonly<Record<string, Handler>> = {
    'GET /oauth2/authorize': (pool, request, url) => this.authorize(pool, request, url),
    'GET /login': (pool, request, url) => this.login(pool, url),
    'POST /saml2/idpresponse': (pool, request) => this.idpResponse(pool, request),
    'POST /oauth2/token': async (pool, request) =>
      this.tokens.exchange(pool, await formOf(request), request.headers.get('authorization')),
    'POST /oauth2/revoke': async (pool, request) =>
      this.tokens.revoke(pool, await formOf(request), request.headers.get('authorization')),
    'GET /oauth2/userInfo': (pool, request) => this.userInfo(pool, request),
    'GET /logout': (pool, request, url) => this.logout(pool, request, url),
    'GET /error': (_pool, _request, url) =>
      Promise.resolve(errorPage(url.searchParams.get('error') ?? 'unknown')),
  };

  private async authorize(pool: Pool, request: Request, url: URL): Promise<Response> {
    const checked = await checkAuthorization(this.records, pool, url.searchParams);
    if ('refusal' in checked) return refused(pool, checked);
    const { request: wanted, client } = checked;
    // "silently redirects your user to the sign-in page for that identity provider", past a session that is there.
    if (wanted.providerName !== undefined) return this.signIn.toDirectory(pool, wanted, wanted.providerName);
    const known = this.sessions.get(cookieOf(request, session.cookie) ?? '');
    if (known !== undefined && known.expiresAt > this.now() && known.session.poolId === pool.id) {
      try {
        return await this.signIn.grant(pool, client, wanted, known.session);
      } catch (error) {
        if (!(error instanceof TriggerFailed || error instanceof UnusableAssertion)) throw error;
        const outcome = { error_description: error.message, error: 'invalid_request' };
        return redirect(returnAddress(wanted, outcome));
      }
    }
    return redirect(new URL(`/login${url.search}`, url));
  }

  /** The page with the client's providers; with a single one the browser goes on at once. */
  private async login(pool: Pool, url: URL): Promise<Response> {
    const checked = await checkAuthorization(this.records, pool, url.searchParams);
    if ('refusal' in checked) return refused(pool, checked);
    const providers = checked.client.SupportedIdentityProviders ?? [];
    const [only] = providers;
    if (only !== undefined && providers.length === 1 && only !== 'COGNITO')
      return this.signIn.toDirectory(pool, checked.request, only);
    const links = providers.map((name) => {
      const target = new URL(`/oauth2/authorize${url.search}`, url);
      target.searchParams.set('identity_provider', name);
      return `<a class="provider" href="${escapeMarkup(target.pathname + target.search)}">${escapeMarkup(name)}</a>`;
    });
    return page(200, 'Sign in with your corporate ID', links.join(''));
  }

  private async idpResponse(pool: Pool, request: Request): Promise<Response> {
    const { response, session: begun } = await this.signIn.fromDirectory(pool, await formOf(request));
    if (begun === undefined) return response;
    const id = randomUUID();
    this.sessions.set(id, { session: begun, expiresAt: this.now() + session.lifeMs });
    const age = session.lifeMs / 1000;
    response.headers.append(
      'set-cookie',
      `${session.cookie}=${id}; Path=/; Max-Age=${age}; Secure; HttpOnly; SameSite=Lax`,
    );
    return response;
  }

  private async userInfo(pool: Pool, request: Request): Promise<Response> {
    const [, token = ''] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    const invalid = json(401, { error: 'invalid_token', error_description: 'Access token is invalid.' });
    try {
      const claims = await this.keys.verify(pool.id, token, issuerOf(pool.id), new Date(this.now()));
      if (claims['token_use'] !== 'access' || !String(claims['scope']).split(' ').includes('openid'))
        return invalid;
      const name = String(claims['username']);
      const [client, user] = await Promise.all([
        this.records.client(pool, String(claims['client_id'])),
        this.records.user(pool, name),
      ]);
      if (user?.enabled !== true) return invalid;
      return json(200, { ...readable(user.attributes, client?.ReadAttributes), username: name });
    } catch {
      return invalid;
    }
  }

  /** Ends Cognito's own session. The directory keeps its own: single log-out is not configured. */
  private async logout(pool: Pool, request: Request, url: URL): Promise<Response> {
    const client = await this.records.client(pool, url.searchParams.get('client_id') ?? '-');
    const target = url.searchParams.get('logout_uri') ?? '';
    if (client === undefined) return redirect(`https://${pool.domain}/error?error=unauthorized_client`);
    if (client.LogoutURLs?.includes(target) !== true)
      return redirect(`https://${pool.domain}/error?error=redirect_mismatch`);
    this.sessions.delete(cookieOf(request, session.cookie) ?? '');
    return redirect(target, {
      'set-cookie': `${session.cookie}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax`,
    });
  }
}

function refused(pool: Pool, { refusal, query }: Extract<Checked, { refusal: unknown }>): Response {
  if ('page' in refusal) {
    const told = new URLSearchParams({ error: refusal.page, client_id: query.get('client_id') ?? '' });
    return redirect(`https://${pool.domain}/error?${told.toString()}`);
  }
  const { error, description } = refusal;
  const outcome = { error, ...(description !== undefined && { error_description: description }) };
  const redirectUri = query.get('redirect_uri') ?? '';
  return redirect(returnAddress({ redirectUri, state: query.get('state') ?? undefined }, outcome));
}

function configurationOf(pool: Pool): object {
  const at = (path: string): string => `https://${pool.domain}${path}`;
  const issuer = issuerOf(pool.id);
  return {
    authorization_endpoint: at('/oauth2/authorize'),
    end_session_endpoint: at('/logout'),
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: at('/oauth2/revoke'),
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: at('/oauth2/token'),
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: at('/oauth2/userInfo'),
  };
}

async function formOf(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams(await request.text());
}
