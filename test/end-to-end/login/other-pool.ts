import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { customAttributesOf } from '../../../core/saml/directory-kinds';
import { issuerOf } from '../../../local/cognito-front/tokens';
import { obtainTokens, type LoginTokens } from '../../../local/rehearsal/logins';
import type { WayIn } from '../../support/way-in';
import { arrivalOf, ask } from './ask';

/** Below one that has an A record, which Cognito wants of a custom domain's parent. */
const domain = 'other.auth.demo.acme.example';

/** A pool beside the deployment's: with a domain and keys of its own, the same directory and the same people. */
interface OtherPool {
  poolId: string;
  clientId: string;
}

/** Makes it as an administrator of the account would. */
async function makeOtherPool({ clients, outputs, url }: WayIn): Promise<OtherPool> {
  const cognito = clients.get(CognitoIdentityProviderClient);
  const { UserPool: ours } = await cognito.send(
    new DescribeUserPoolCommand({ UserPoolId: outputs.userPoolId }),
  );
  const { UserPool: pool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: 'other',
      UsernameConfiguration: ours?.UsernameConfiguration,
      Schema: customAttributesOf('adfs').map((name) => ({
        Name: name.replace(/^custom:/, ''),
        AttributeDataType: 'String',
        Mutable: true,
        StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
      })),
    }),
  );
  const poolId = pool?.Id ?? '';
  const { CloudFrontDomain: cloudFront } = await cognito.send(
    new CreateUserPoolDomainCommand({
      UserPoolId: poolId,
      Domain: domain,
      CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1' },
    }),
  );
  await pointAt(clients.get(Route53Client), cloudFront ?? '');
  const { IdentityProvider: provider } = await cognito.send(
    new DescribeIdentityProviderCommand({ UserPoolId: outputs.userPoolId, ProviderName: 'ADFS' }),
  );
  await cognito.send(
    new CreateIdentityProviderCommand({
      UserPoolId: poolId,
      ProviderName: 'ADFS',
      ProviderType: 'SAML',
      ProviderDetails: provider?.ProviderDetails,
      AttributeMapping: provider?.AttributeMapping,
    }),
  );
  const { UserPoolClient: own } = await cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId: outputs.userPoolId, ClientId: outputs.clientId }),
  );
  const { UserPoolClient: client } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: own?.ClientName,
      GenerateSecret: true,
      SupportedIdentityProviders: ['ADFS'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: own?.AllowedOAuthFlows,
      AllowedOAuthScopes: own?.AllowedOAuthScopes,
      // The very addresses of the deployment's own: nothing in Cognito forbids it.
      CallbackURLs: [`${url}/oauth2/callback`],
      ReadAttributes: own?.ReadAttributes,
    }),
  );
  return { poolId, clientId: client?.ClientId ?? '' };
}

/** Has the name lead to Cognito. */
async function pointAt(route53: Route53Client, cloudFront: string): Promise<void> {
  const { HostedZones: zones = [] } = await route53.send(new ListHostedZonesCommand({}));
  const zone = zones.find(({ Name = '' }) => `${domain}.`.endsWith(`.${Name}`));
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zone?.Id ?? '',
      ChangeBatch: {
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: {
              Name: domain,
              Type: 'A',
              // Of CloudFront's distributions, everywhere (Route 53 API reference, AliasTarget).
              AliasTarget: {
                HostedZoneId: 'Z2FDTNDATAQYW2',
                DNSName: cloudFront,
                EvaluateTargetHealth: false,
              },
            },
          },
        ],
      },
    }),
  );
}

/** Tokens that Cognito signs, and not for this deployment. */
export function tokensOfAnotherPool(wayIn: () => WayIn): void {
  let other: OtherPool;
  let theirs: LoginTokens;

  beforeAll(async () => {
    other = await makeOtherPool(wayIn());
    const { poolId: userPoolId, clientId } = other;
    const tokens = await obtainTokens(wayIn().region, { userPoolId, clientId }, 'ACME\\alice');
    if ('refused' in tokens) throw new Error(tokens.refused);
    theirs = tokens;
  });

  /** The keys that a pool publishes, as who verifies a token reads them. */
  const keysOf = (poolId: string) =>
    createRemoteJWKSet(new URL(`${issuerOf(poolId)}/.well-known/jwks.json`), {
      [customFetch]: (address: string) => wayIn().region.cognitoFront.atIssuer(new Request(address)),
    });

  /** How a token fares at the gateway, and at the authorizer behind it where Envoy would have let it through. */
  async function statusesOf(token: string): Promise<{ gateway: number; authorizer: number }> {
    const authorization = `Bearer ${token}`;
    const gateway = await ask(wayIn(), wayIn().visitor(), '/', { authorization });
    const authorizer = await fetch(`${wayIn().mesh.authorizer.url}/oauth2/auth`, {
      headers: { authorization, accept: 'application/json' },
    });
    return { gateway: gateway.status, authorizer: authorizer.status };
  }

  test('it is a real token, of the same person by the same directory, which our pool has not signed', async () => {
    const { poolId, clientId } = other;
    const { payload } = await jwtVerify(theirs.id_token, keysOf(poolId), {
      issuer: issuerOf(poolId),
      audience: clientId,
    });
    expect(payload).toMatchObject({ email: 'alice@acme.example', token_use: 'id' });
    await expect(jwtVerify(theirs.id_token, keysOf(wayIn().outputs.userPoolId))).rejects.toThrow(
      /no applicable key/,
    );
    // What is refused below is refused for whose it is: one of ours comes in by the same request.
    const ours = await wayIn().tokens('ACME\\alice');
    const page = await ask(wayIn(), wayIn().visitor(), '/', { authorization: `Bearer ${ours.id_token}` });
    expect([page.status, arrivalOf(page).headers['kubeflow-userid']]).toEqual([200, ['alice@acme.example']]);
  });

  test.each([
    ['as it is', {}],
    ['for the client id of ours', { aud: true }],
    ['for the client id of ours, and by its own word from our pool', { aud: true, iss: true }],
    ['for the client id of ours, of somebody else', { aud: true, email: 'bob@acme.example' }],
  ] as const)('it lets nobody in, %s', async (_how, changes) => {
    const { outputs, region } = wayIn();
    const claims = {
      ...decodeJwt(theirs.id_token),
      ...('aud' in changes && { aud: outputs.clientId }),
      ...('iss' in changes && { iss: issuerOf(outputs.userPoolId) }),
      ...('email' in changes && { email: changes.email }),
    };
    // Signed by the keys of that pool, whatever it says.
    const token =
      Object.keys(changes).length === 0
        ? theirs.id_token
        : await region.cognitoFront.keys.sign(other.poolId, claims);
    expect(decodeProtectedHeader(token).kid).toBe(decodeProtectedHeader(theirs.id_token).kid);
    const arrived = wayIn().mesh.dashboard.arrivals.length;
    expect(await statusesOf(token)).toEqual({ gateway: 401, authorizer: 401 });
    expect(wayIn().mesh.dashboard.arrivals).toHaveLength(arrived);
  });

  test('its access token lets nobody in either', async () => {
    expect(await statusesOf(theirs.access_token)).toEqual({ gateway: 401, authorizer: 401 });
  });

  test('a code of that pool makes no session here, with the state of a login that was begun here', async () => {
    const { url, visitor: begin } = wayIn();
    const visitor = begin();
    const login = await visitor.visit(url, { follow: false });
    const state = new URL(login.headers.get('location') ?? '').searchParams.get('state') ?? '';
    expect(state).not.toBe('');
    // The same address as the login's own, but for whose client asks at whose domain.
    const theirLogin = new URL(`https://${domain}/oauth2/authorize`);
    theirLogin.search = new URLSearchParams({
      client_id: other.clientId,
      redirect_uri: `${url}/oauth2/callback`,
      response_type: 'code',
      scope: 'openid email',
      identity_provider: 'ADFS',
      state,
    }).toString();
    const page = await visitor.submit(await visitor.visit(theirLogin), { UserName: 'ACME\\alice' });
    expect(page.url.pathname).toBe('/oauth2/callback');
    expect(page.url.searchParams.get('code')).not.toBeNull();
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect((await visitor.jar.getCookieString(url)).includes('oauth2_proxy_kubeflow=')).toBe(false);
    expect((await ask(wayIn(), visitor, '/api/workgroup/env-info')).status).toBe(401);
  });
}
