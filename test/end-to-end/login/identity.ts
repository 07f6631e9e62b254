import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { WayIn } from '../../support/way-in';
import { arrivalOf, ask, groupsOf } from './ask';

/** Attempts to be somebody else. */
export function identityComesFromTheToken(wayIn: () => WayIn): void {
  test('what stands behind gets who it is, and neither the session nor a token', async () => {
    const { visitor } = await wayIn().logIn('ACME\\alice');
    const { headers } = arrivalOf(await ask(wayIn(), visitor, '/', { cookie: 'own=1' }));
    expect(headers).toMatchObject({ 'kubeflow-userid': ['alice@acme.example'] });
    expect(headers['cookie']).toEqual(['own=1']);
    expect(headers).not.toHaveProperty('authorization');
    expect([...groupsOf(headers)].sort()).toEqual(['AWS-team-a', 'AWS-team-b-viewers', 'kubeflow-everybody']);
  });

  test.each([
    [{ 'kubeflow-userid': 'bob@acme.example' }],
    [{ 'Kubeflow-UserID': 'bob@acme.example', 'kubeflow-groups': 'team-b' }],
    [{ kubeflow_userid: 'bob@acme.example' }],
    [{ 'x-auth-request-email': 'bob@acme.example', 'x-auth-request-user': 'bob' }],
    [{ 'x-forwarded-email': 'bob@acme.example', 'x-forwarded-access-token': 'x' }],
  ])('who a visitor is comes from the token alone, whatever is sent along: %p', async (forged) => {
    const { visitor } = await wayIn().logIn('ACME\\alice');
    const page = await ask(wayIn(), visitor, '/', forged);
    const { headers } = arrivalOf(page);
    expect(headers['kubeflow-userid']).toEqual(['alice@acme.example']);
    expect(headers).not.toHaveProperty('kubeflow_userid');
    expect(groupsOf(headers)).not.toContain('team-b');
    // Nobody gets in by them without a session either.
    expect((await ask(wayIn(), wayIn().visitor(), '/', forged)).status).not.toBe(200);
  });

  test.each(['Bearer x.y.z', 'Basic Ym9iOmJvYg==', 'Bearer '])(
    'an Authorization header that is no token of the pool lets nobody in: %p',
    async (authorization) => {
      const page = await ask(wayIn(), wayIn().visitor(), '/', { authorization });
      expect([401, 403]).toContain(page.status);
    },
  );

  test('the gateway takes an ID token of its own client, and neither an access token nor one of another client', async () => {
    const { outputs, clients } = wayIn();
    const tokens = await wayIn().tokens('ACME\\alice');
    const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
    const taken = await ask(wayIn(), wayIn().visitor(), '/', bearer(tokens.id_token));
    expect([taken.status, arrivalOf(taken).headers['kubeflow-userid']]).toEqual([
      200,
      ['alice@acme.example'],
    ]);
    expect(arrivalOf(taken).headers).not.toHaveProperty('authorization');
    const cognito = clients.get(CognitoIdentityProviderClient);
    const { UserPoolClient: own } = await cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId: outputs.userPoolId, ClientId: outputs.clientId }),
    );
    const { UserPoolClient: other } = await cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId: outputs.userPoolId,
        ClientName: 'another',
        GenerateSecret: true,
        SupportedIdentityProviders: own?.SupportedIdentityProviders,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['email', 'openid'],
        CallbackURLs: own?.CallbackURLs,
      }),
    );
    const foreign = await wayIn().tokens('ACME\\alice', other?.ClientId);
    const [header = '', payload = '', signature = ''] = tokens.id_token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, email: 'bob@acme.example' })).toString(
      'base64url',
    );
    for (const token of [
      tokens.access_token,
      foreign.id_token,
      foreign.access_token,
      `${header}.${changed}.${signature}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${changed}.`,
    ]) {
      const page = await ask(wayIn(), wayIn().visitor(), '/', bearer(token));
      expect([401, 403]).toContain(page.status);
    }
  });

  test.each([
    '/oauth2/../',
    '/oauth2/%2e%2e/',
    '/oauth2//../api/x',
    '/oauth2/..%2f',
    '//oauth2/x',
    '/Oauth2/x',
    '/oauth2%2f..%2f',
  ])("no spelling of the login's open path leads to a service: %p", async (path) => {
    const before = wayIn().mesh.dashboard.arrivals.length;
    await ask(wayIn(), wayIn().visitor(), path);
    expect(wayIn().mesh.dashboard.arrivals).toHaveLength(before);
  });
}
