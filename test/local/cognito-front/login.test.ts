import {
  AdminDisableUserCommand,
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from 'jose';
import { callback, cognitoDomain, setUpLogin, verifier, type LoginInTest } from '../../support/login';
import { useMoto } from '../../support/moto';
import { documentedRules } from '../../../local/adfs';
import { objectGuid } from '../../../local/adfs/people';

const moto = useMoto();
let login: LoginInTest;
let cognito: CognitoIdentityProviderClient;

beforeEach(async () => {
  cognito = moto.lookingClients.get(CognitoIdentityProviderClient);
  login = await setUpLogin(cognito);
  login.people.put({
    account: 'ACME\\alice',
    email: 'alice@acme.example',
    groups: ['AWS-a', 'AWS-ü, x', 'Printers'],
  });
});

/** The code with which a login came back. */
async function codeOf(account = 'ACME\\alice'): Promise<string> {
  const { url } = await login.signIn(login.visitor(), account);
  expect(`${url.origin}${url.pathname}`).toBe(callback);
  return url.searchParams.get('code') ?? '';
}

const codeForm = (code: string): Record<string, string> => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: callback,
  code_verifier: verifier,
});

async function attributesOf(account: string): Promise<Record<string, string>> {
  const Username = `adfs_${objectGuid(account)}`.toLowerCase();
  const found = await cognito.send(new AdminGetUserCommand({ UserPoolId: login.poolId, Username }));
  return Object.fromEntries((found.UserAttributes ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
}

test('a login comes back with a code, and the code gives tokens that the pool vouches for', async () => {
  login.trigger.answer = (event) =>
    Promise.resolve({
      result: {
        ...event,
        response: {
          claimsAndScopeOverrideDetails: { groupOverrideDetails: { groupsToOverride: ['a', 'b'] } },
        },
      },
    });
  const { status, body } = await login.token(codeForm(await codeOf()));
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
  const issuer = `https://cognito-idp.eu-central-1.amazonaws.com/${login.poolId}`;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    [customFetch]: (url: string) => login.front.atIssuer(new Request(url)),
  });
  const { payload } = await jwtVerify(String(body['id_token']), keys, { issuer, audience: login.clientId });
  expect(payload).toMatchObject({
    email: 'alice@acme.example',
    email_verified: true,
    token_use: 'id',
    'cognito:groups': ['a', 'b'],
  });
  expect(payload).not.toHaveProperty('custom:groups');
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
  expect(decodeJwt(String(body['access_token']))).not.toHaveProperty('aud');
});

test('the documented claim rules give the groups of the prefix, encoded as Cognito does, and the one of everybody', async () => {
  await codeOf();
  expect(login.events).toHaveLength(1);
  expect(login.events[0]).toMatchObject({
    version: '2',
    triggerSource: 'TokenGeneration_HostedAuth',
    userName: `adfs_${objectGuid('ACME\\alice')}`.toLowerCase(),
    request: {
      userAttributes: {
        email: 'alice@acme.example',
        email_verified: 'true',
        'custom:groups': '[AWS-a,AWS-%C3%BC%2C+x,kubeflow-everybody]',
      },
      groupConfiguration: { groupsToOverride: [`${login.poolId}_ADFS`] },
    },
  });
});

test('a single group is neither in brackets nor encoded', async () => {
  login.people.put({ account: 'ACME\\bob', email: 'bob@acme.example', groups: [] });
  await codeOf('ACME\\bob');
  expect(await attributesOf('ACME\\bob')).toMatchObject({ 'custom:groups': 'kubeflow-everybody' });
});

test('a claim that is no longer sent leaves the old value', async () => {
  await codeOf();
  login.relyingParty.rules = documentedRules('AWS-').slice(0, 4).join('\n');
  await codeOf();
  expect(await attributesOf('ACME\\alice')).toMatchObject({
    'custom:groups': '[AWS-a,AWS-%C3%BC%2C+x,kubeflow-everybody]',
  });
});

test.each([
  [{ client_id: 'nobody' }, 'unauthorized_client'],
  [{ redirect_uri: `${callback}/` }, 'redirect_mismatch'],
  [{ identity_provider: 'Other' }, 'does not support this identity provider'],
])('where the request cannot be trusted, Cognito shows a page of its own: %p', async (changes, words) => {
  const page = await login.visitor().visit(login.authorizeUrl(changes));
  expect([page.status, page.url.hostname, page.url.pathname]).toEqual([400, cognitoDomain, '/error']);
  expect(page.text).toContain(words);
});

test.each([
  [{ scope: 'openid groups' }, 'invalid_scope'],
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ code_challenge_method: 'plain' }, 'invalid_request'],
])('what else is wrong with a request is told to the client: %p', async (changes, error) => {
  const { url } = await login.visitor().visit(login.authorizeUrl(changes));
  expect(`${url.origin}${url.pathname}`).toBe(callback);
  expect(url.searchParams.get('error')).toBe(error);
  expect(url.searchParams.get('state')).toBe('the-state');
});

test('a code is good once, for its client, its address and its verifier', async () => {
  const code = await codeOf();
  expect(await login.token({ ...codeForm(code), code_verifier: 'x'.repeat(43) })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  // Asked wrongly, it is gone.
  expect(await login.token(codeForm(code))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const other = await codeOf();
  expect(await login.token({ ...codeForm(other), redirect_uri: 'https://x.example/' })).toMatchObject({
    body: { error: 'invalid_grant' },
  });
});

test('a code is gone after five minutes', async () => {
  const code = await codeOf();
  login.clock.ms += 5 * 60_000 + 1;
  expect(await login.token(codeForm(code))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('a refresh asks the trigger and not the directory, until the refresh token is over or the user disabled', async () => {
  const { body } = await login.token(codeForm(await codeOf()));
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
  login.people.put({ account: 'ACME\\alice', email: 'alice@acme.example', groups: [] });
  login.clock.ms += 10 * 60_000;
  const refreshed = await login.token(refresh);
  expect(refreshed.status).toBe(200);
  expect(refreshed.body).not.toHaveProperty('refresh_token');
  expect(login.events[1]).toMatchObject({
    triggerSource: 'TokenGeneration_RefreshTokens',
    request: { userAttributes: { 'custom:groups': '[AWS-a,AWS-%C3%BC%2C+x,kubeflow-everybody]' } },
  });
  login.clock.ms += 50 * 60_000 + 1;
  expect(await login.token(refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });

  const second = await login.token(codeForm(await codeOf()));
  const Username = `adfs_${objectGuid('ACME\\alice')}`.toLowerCase();
  await cognito.send(new AdminDisableUserCommand({ UserPoolId: login.poolId, Username }));
  const late = { grant_type: 'refresh_token', refresh_token: String(second.body['refresh_token']) };
  expect(await login.token(late)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const { url } = await login.signIn(login.visitor(), 'ACME\\alice');
  expect(url.searchParams.get('error_description')).toMatch(/not enabled/);
});

test('a trigger that refuses ends the login with its words; one that does not answer is called three times', async () => {
  login.trigger.answer = () =>
    Promise.resolve({ error: { errorType: 'LoginRefused', errorMessage: 'Please ask those who run it' } });
  const refused = await login.signIn(login.visitor(), 'ACME\\alice');
  expect(refused.url.searchParams.get('error')).toBe('invalid_request');
  expect(refused.url.searchParams.get('error_description')).toBe(
    'PreTokenGeneration failed with error Please ask those who run it.',
  );
  expect(login.events).toHaveLength(1);
  login.trigger.answer = () =>
    Promise.resolve({
      error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 5.00 seconds' },
    });
  const late = await login.signIn(login.visitor(), 'ACME\\alice');
  expect(late.url.searchParams.get('error_description')).toMatch(/Socket timeout/);
  expect(login.events).toHaveLength(4);
});

test('with a session of its own Cognito asks the directory all the same where a provider is named, and not otherwise', async () => {
  const visitor = login.visitor();
  await login.signIn(visitor, 'ACME\\alice');
  // ADFS knows the browser and asks nobody.
  const again = await visitor.visit(login.authorizeUrl());
  expect(again.url.searchParams.get('code')).toBeTruthy();
  expect(login.adfs.requests.map(({ asked }) => asked)).toEqual([true, false]);
  const past = await visitor.visit(login.authorizeUrl({ identity_provider: undefined }));
  expect(past.url.searchParams.get('code')).toBeTruthy();
  expect(login.adfs.requests).toHaveLength(2);
});

test('logging out ends the session at Cognito, and only leads to where the client may', async () => {
  const visitor = login.visitor();
  await login.signIn(visitor, 'ACME\\alice');
  const logout = new URL(`https://${cognitoDomain}/logout?client_id=${login.clientId}`);
  logout.searchParams.set('logout_uri', 'https://evil.example/');
  expect((await visitor.visit(logout)).status).toBe(400);
  logout.searchParams.set('logout_uri', 'https://kubeflow.acme.example/');
  expect((await visitor.visit(logout)).url.hostname).toBe('kubeflow.acme.example');
  await visitor.visit(login.authorizeUrl({ identity_provider: undefined }));
  expect(login.adfs.requests).toHaveLength(2);
});

test('groups of more than 2,048 characters are refused, before the trigger', async () => {
  const groups = Array.from({ length: 100 }, (_, index) => `AWS-a-rather-long-name-${index}`);
  login.people.put({ account: 'ACME\\alice', email: 'alice@acme.example', groups });
  const { url } = await login.signIn(login.visitor(), 'ACME\\alice');
  expect(url.searchParams.get('error_description')).toMatch(/custom:groups.*2048/);
  expect(login.events).toHaveLength(0);
});

test('userInfo takes access tokens alone', async () => {
  const { body } = await login.token(codeForm(await codeOf()));
  const ask = async (token: unknown): Promise<Response> =>
    login.front.atDomain(
      new Request(`https://${cognitoDomain}/oauth2/userInfo`, {
        headers: { authorization: `Bearer ${String(token)}` },
      }),
    );
  const answer = await ask(body['access_token']);
  expect(await answer.json()).toMatchObject({ email: 'alice@acme.example', email_verified: 'true' });
  expect((await ask(body['id_token'])).status).toBe(401);
});
