import {
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  type CognitoIdentityProviderClient,
  type CreateUserPoolClientCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createHash, randomBytes } from 'node:crypto';
import { Adfs, documentedRules, People, type RelyingParty } from '../../local/adfs';
import { CognitoFront, type TriggerOutcome } from '../../local/cognito-front';
import { createAuthority } from '../../local/region/network/authority';
import { Visitor, type Page } from '../../local/visitor/visitor';
import { completeIdentityProvider } from '../../core/configuration/identity-provider';
import {
  attributeMapping,
  customAttributesOf,
  directories,
  type DirectoryKind,
} from '../../core/saml/directory-kinds';
import { dialectOf } from '../../local/adfs/dialects';

export const cognitoDomain = 'login.acme.example';
export const adfsHost = 'adfs.acme.example';
export const callback = 'https://kubeflow.acme.example/oauth2/callback';

/** Cognito's front and a directory, over a pool of moto, without sockets. */
export interface LoginInTest {
  front: CognitoFront;
  adfs: Adfs;
  people: People;
  /** What ADFS' administrator has set up: as documented, unless a test changes it. */
  relyingParty: RelyingParty;
  poolId: string;
  clientId: string;
  clientSecret: string;
  /** Events that the trigger was called with. */
  events: TriggerEvent[];
  /** What the trigger does. */
  trigger: { answer: (event: TriggerEvent) => Promise<TriggerOutcome> };
  clock: { ms: number };
  visitor: () => Visitor;
  /** The address of a login; `verifier` is PKCE's. */
  authorizeUrl: (changes?: Record<string, string | undefined>) => URL;
  /** Signs somebody in from the beginning. */
  signIn: (visitor: Visitor, account: string, url?: URL) => Promise<Page>;
  token: (form: Record<string, string>) => Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface TriggerEvent {
  version: string;
  triggerSource: string;
  userName: string;
  request: { userAttributes: Record<string, string>; groupConfiguration: { groupsToOverride: string[] } };
}

export const verifier = randomBytes(32).toString('base64url');

export async function setUpLogin(
  cognito: CognitoIdentityProviderClient,
  clientSettings: Partial<CreateUserPoolClientCommandInput> = {},
  kind: DirectoryKind = 'adfs',
): Promise<LoginInTest> {
  const { claims } = completeIdentityProvider({
    identity_provider: { kind, claims: kind === 'saml' ? { email: 'mail', groups: 'memberOf' } : {} },
  });
  const settings = { kind, claims };
  const ProviderName = directories[kind].providerName;
  const { UserPool: pool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: 'p',
      UsernameConfiguration: { CaseSensitive: false },
      Schema: customAttributesOf(kind).map((name) => ({
        Name: name.replace(/^custom:/, ''),
        AttributeDataType: 'String',
        Mutable: true,
        StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
      })),
      LambdaConfig: {
        PreTokenGenerationConfig: {
          LambdaArn: 'arn:aws:lambda:eu-central-1:123456789012:function:trigger:live',
          LambdaVersion: 'V2_0',
        },
      },
    }),
  );
  const poolId = pool?.Id ?? '';
  await cognito.send(
    new CreateUserPoolDomainCommand({
      UserPoolId: poolId,
      Domain: cognitoDomain,
      CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1' },
    }),
  );
  await cognito.send(
    new CreateIdentityProviderCommand({
      UserPoolId: poolId,
      ProviderName,
      ProviderType: 'SAML',
      ProviderDetails: {
        MetadataURL: `https://${adfsHost}${dialectOf(adfsHost, settings).metadataPath}`,
      },
      AttributeMapping: attributeMapping(kind, claims),
    }),
  );
  const { UserPoolClient: client } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: 'c',
      GenerateSecret: true,
      SupportedIdentityProviders: [ProviderName],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['email', 'openid'],
      CallbackURLs: [callback],
      LogoutURLs: ['https://kubeflow.acme.example/'],
      ReadAttributes: [...customAttributesOf(kind), 'email', 'email_verified'],
      IdTokenValidity: 15,
      AccessTokenValidity: 15,
      RefreshTokenValidity: 60,
      TokenValidityUnits: { IdToken: 'minutes', AccessToken: 'minutes', RefreshToken: 'minutes' },
      ...clientSettings,
    }),
  );
  const clock = { ms: Date.now() };
  const people = new People();
  const authority = await createAuthority();
  const signing = await Promise.all([
    authority.signingCertificate('one'),
    authority.signingCertificate('two'),
  ]);
  const relyingParty = {
    endpoint: `https://${cognitoDomain}/saml2/idpresponse`,
    rules: documentedRules('AWS-').join('\n'),
    groupPrefix: 'AWS-',
  };
  const adfs = new Adfs({
    host: adfsHost,
    settings,
    people,
    signing,
    relyingParty: (identifier) =>
      Promise.resolve(identifier === `urn:amazon:cognito:sp:${poolId}` ? relyingParty : undefined),
  });
  const events: TriggerEvent[] = [];
  const trigger: LoginInTest['trigger'] = {
    answer: (event) => Promise.resolve({ result: { ...event, response: {} } }),
  };
  const front = new CognitoFront({
    cognito,
    fetchText: async (url) => (await adfs.answer(new Request(url))).text(),
    invoke: (_arn, event) => {
      events.push(event as TriggerEvent);
      return trigger.answer(event as TriggerEvent);
    },
    now: () => clock.ms,
  });
  const send = async (request: Request): Promise<Response> => {
    const { hostname } = new URL(request.url);
    if (hostname === adfsHost) return adfs.answer(request);
    return hostname === cognitoDomain ? front.atDomain(request) : new Response('Kubeflow');
  };
  const clientId = client?.ClientId ?? '';
  const clientSecret = client?.ClientSecret ?? '';
  const authorizeUrl = (changes: Record<string, string | undefined> = {}): URL => {
    const url = new URL(`https://${cognitoDomain}/oauth2/authorize`);
    const query: Record<string, string | undefined> = {
      client_id: clientId,
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid email',
      state: 'the-state',
      identity_provider: ProviderName,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    };
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value);
    return url;
  };
  return {
    front,
    adfs,
    people,
    relyingParty,
    poolId,
    clientId,
    clientSecret,
    events,
    trigger,
    clock,
    visitor: () => new Visitor(send),
    authorizeUrl,
    signIn: async (visitor, account, url = authorizeUrl()) =>
      visitor.submit(await visitor.visit(url), { UserName: account }),
    token: async (form) => {
      const response = await front.atDomain(
        new Request(`https://${cognitoDomain}/oauth2/token`, {
          method: 'POST',
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
          },
          body: new URLSearchParams(form),
        }),
      );
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}
