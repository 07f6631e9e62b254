import { randomUUID } from 'node:crypto';
import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { mapAttributes, UnusableAssertion } from './attributes';
import { returnAddress, type AuthorizationRequest } from './authorization';
import { errorPage, redirect } from './responses';
import type { Pool, Records } from './records';
import type { Assertion, ServiceProvider } from './saml';
import { askTrigger, TriggerFailed, type InvokeTrigger, type TokenOverrides } from './trigger';
import type { Session } from './tokens';

/** A login that waits for the directory's answer. */
interface Pending {
  request: AuthorizationRequest;
  poolId: string;
  providerName: string;
  expiresAt: number;
}

/** A login that has come back, until its code is exchanged. */
export interface Grant {
  request: AuthorizationRequest;
  session: Session;
  overrides: TokenOverrides;
  expiresAt: number;
}

/** How long a login may take at the directory, and a code may wait for its exchange (developer guide: 5 minutes each). */
const lifeMs = { pending: 5 * 60_000, code: 5 * 60_000 } as const;

export interface SignInOptions {
  records: Records;
  serviceProvider: ServiceProvider;
  invoke: InvokeTrigger;
  /** In milliseconds. */
  now: () => number;
}

/** The way of a browser from the request for a login to the code: over the directory, or with a session that is there. */
export class SignIn {
  private readonly pending = new Map<string, Pending>();
  private readonly codes = new Map<string, Grant>();

  constructor(private readonly options: SignInOptions) {}

  /** Sends the browser to the directory. */
  async toDirectory(pool: Pool, request: AuthorizationRequest, providerName: string): Promise<Response> {
    const { records, serviceProvider, now } = this.options;
    const provider = await records.provider(pool, providerName);
    if (provider === undefined) return errorPage(`The identity provider ${providerName} does not exist`);
    const relayState = randomUUID();
    const url = await serviceProvider.requestUrl(pool, provider, relayState);
    this.pending.set(relayState, {
      request,
      poolId: pool.id,
      providerName,
      expiresAt: now() + lifeMs.pending,
    });
    return redirect(url);
  }

  /**
   * Takes the directory's answer: the user is recorded, the trigger asked, and the browser sent back with a code.
   *
   * @returns the answer to the browser, and the session that has begun, if one has
   */
  async fromDirectory(pool: Pool, form: URLSearchParams): Promise<{ response: Response; session?: Session }> {
    const { records, serviceProvider, now } = this.options;
    const relayState = form.get('RelayState') ?? '';
    const samlResponse = form.get('SAMLResponse') ?? '';
    const pending = this.pending.get(relayState);
    this.pending.delete(relayState);
    if (
      pending === undefined ||
      pending.poolId !== pool.id ||
      pending.expiresAt < now() ||
      samlResponse === ''
    )
      return { response: errorPage('Invalid samlResponse or relayState from identity provider') };
    const { request, providerName } = pending;
    const fail = (description: string): { response: Response } => ({
      response: redirect(
        returnAddress(request, { error_description: description, error: 'invalid_request' }),
      ),
    });
    const [client, provider] = await Promise.all([
      records.client(pool, request.clientId),
      records.provider(pool, providerName),
    ]);
    if (client === undefined || provider === undefined) return fail('The client or its provider is gone');
    let assertion: Assertion;
    try {
      assertion = await serviceProvider.read(pool, provider, samlResponse);
    } catch (error) {
      return fail(`Invalid SAML response received: ${(error as Error).message}`);
    }
    try {
      const session = await this.begin(
        pool,
        client,
        request,
        assertion,
        providerName,
        provider.AttributeMapping ?? {},
      );
      return { response: await this.grant(pool, client, request, session), session };
    } catch (error) {
      if (error instanceof UnusableAssertion)
        return fail(`Error in SAML response processing: ${error.message}`);
      if (error instanceof TriggerFailed) return fail(error.message);
      throw error;
    }
  }

  /** Sends the browser back with a code. @throws TriggerFailed */
  async grant(
    pool: Pool,
    client: UserPoolClientType,
    request: AuthorizationRequest,
    session: Session,
  ): Promise<Response> {
    const { records, invoke, now } = this.options;
    const user = await records.user(pool, session.userName);
    if (user?.enabled !== true) throw new UnusableAssertion('User is not enabled');
    const own = { ...session, clientId: request.clientId, scopes: request.scopes, nonce: request.nonce };
    const overrides = await askTrigger(
      {
        source: 'TokenGeneration_HostedAuth',
        pool,
        client,
        user,
        scopes: request.scopes,
        groups: session.poolGroups,
      },
      invoke,
    );
    const code = randomUUID();
    this.codes.set(code, { request, session: own, overrides, expiresAt: now() + lifeMs.code });
    return redirect(returnAddress(request, { code }));
  }

  /** What a code stands for; it can be asked once. */
  redeem(code: string): Grant | undefined {
    const grant = this.codes.get(code);
    this.codes.delete(code);
    return grant === undefined || grant.expiresAt < this.options.now() ? undefined : grant;
  }

  private async begin(
    pool: Pool,
    client: UserPoolClientType,
    request: AuthorizationRequest,
    { nameId, claims }: Assertion,
    providerName: string,
    mapping: Readonly<Record<string, string>>,
  ): Promise<Session> {
    const federated = `${providerName}_${nameId}`;
    const isCaseSensitive = pool.description.UsernameConfiguration?.CaseSensitive !== false;
    const userName = isCaseSensitive ? federated : federated.toLowerCase();
    const { SchemaAttributes: schema } = pool.description;
    const attributes = mapAttributes(claims, { mapping, schema, writable: client.WriteAttributes });
    await this.options.records.record(pool, userName, attributes);
    return {
      poolId: pool.id,
      clientId: request.clientId,
      userName,
      scopes: request.scopes,
      authenticatedAt: Math.floor(this.options.now() / 1000),
      originId: randomUUID(),
      poolGroups: [`${pool.id}_${providerName}`],
      providerName,
      nameId,
    };
  }
}
